import { describe, expect, it } from 'vitest';
import { fileKindOf } from './fileKind.ts';
import { pdfOf, png, ublInvoice } from './testVouchers.ts';

const text = (content: string) => Buffer.from(content);
/** A ZIP's first entry, stored as it is. */
function zipOf(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50);
  header.writeUInt32LE(content.length, 18);
  header.writeUInt32LE(content.length, 22);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, text(name), content]);
}

describe('fileKindOf', () => {
  it.each([
    ['a PDF', pdfOf('x'), 'application/pdf'],
    ['a PDF behind a few lines', Buffer.concat([text('HTTP/1.1 200 OK\r\n\r\n'), pdfOf('x')]), 'application/pdf'],
    ['a PDF that breaks off after its header', text('%PDF-1.7\n'), 'application/pdf'],
    ['a PNG', png(), 'image/png'],
    ['a JPEG', Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'), 'image/jpeg'],
    ['a GIF', text('GIF89a\x01\0\x01\0\0\0\0;'), 'image/gif'],
    ['a TIFF', Buffer.from('49492a000800000000000000', 'hex'), 'image/tiff'],
    ['an e-invoice', ublInvoice(), 'application/xml'],
    ['an e-invoice in UTF-16', Buffer.from(`\ufeff${ublInvoice()}`, 'utf16le'), 'application/xml'],
    ['XML without a declaration', text('<Rechnung><Nr>1</Nr></Rechnung>'), 'application/xml'],
  ])('%s is accepted', async (_what, head, mediaType) => {
    expect(await fileKindOf(head)).toEqual({ accepted: mediaType });
  });

  it.each([
    ['a ZIP', zipOf('a.txt', text('hello')), 'archive_refused'],
    ['a ZIP with a PDF as its first entry', zipOf('a.pdf', pdfOf('x')), 'archive_refused'],
    ['a gzip', Buffer.from('1f8b0800000000000003', 'hex'), 'archive_refused'],
    ['a program', Buffer.concat([text('MZ'), Buffer.alloc(200)]), 'file_type_refused'],
    ['plain text', text('Sehr geehrte Damen und Herren'), 'file_type_refused'],
    ['a web page', text('<!DOCTYPE html><html><script>alert(1)</script>'), 'file_type_refused'],
    [
      'a web page as XML',
      text('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>'),
      'file_type_refused',
    ],
    [
      'a drawing with a program in it',
      text('<svg xmlns="http://www.w3.org/2000/svg" onload="x"/>'),
      'file_type_refused',
    ],
    ['bytes without any sense', Buffer.alloc(5000, 0xab), 'file_type_refused'],
    ['NUL bytes', Buffer.alloc(5000), 'file_type_refused'],
    ['one byte', text('x'), 'file_type_refused'],
  ])('%s is refused', async (_what, head, code) => {
    expect(await fileKindOf(head)).toMatchObject({ refused: code });
  });
});
