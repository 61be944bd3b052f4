import { createHash } from 'node:crypto';
import { mkdtempSync, openAsBlob, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runtimeOver, settings } from '../../test/loginServer.ts';
import type { DocumentFile } from './documentFile.ts';
import {
  buildPutDocumentRequest,
  buildPutStapledRequest,
  interpretUpload,
  normaliseGuid,
  type PutDocumentInput,
  postDocument,
  putDocument,
} from './uploads.ts';

const bytes = new Uint8Array(150_000).map((_, index) => (index * 7919) % 256);
const file: DocumentFile = { name: 'Büromöbel & Co_7K.pdf', mediaType: 'application/pdf', content: bytes };
const input: PutDocumentInput = {
  accessToken: 'access-token-1',
  clientId: '455148-1',
  documentId: 'E0A08953-FBAA-4054-AF36-993D5D68F040',
  file,
};
const partsOf = async (request: Request) => [...(await request.formData()).entries()];

describe('the upload request', () => {
  it('is one multipart body: the file with name and type, the metadata as plain JSON parts', async () => {
    const request = buildPutDocumentRequest(settings, {
      ...input,
      metadata: {
        documentType: 'Rechnungseingang',
        note: 'bitte „sofort“ buchen',
        filing: { category: 'Einkauf', folder: '2026', register: '03' },
        sequence: { firstGuid: input.documentId, position: 3 },
      },
    });
    expect(request.method).toBe('PUT');
    expect(request.url).toBe(
      'https://documents.test/platform/v2/clients/455148-1/documents/E0A08953-FBAA-4054-AF36-993D5D68F040',
    );
    const [sent, metadata, custom, ...rest] = await partsOf(request);
    expect(rest).toEqual([]);
    if (!(sent?.[1] instanceof File)) throw new Error('no file part');
    expect([sent[0], sent[1].name, sent[1].type]).toEqual(['file', file.name, 'application/pdf']);
    expect(new Uint8Array(await sent[1].arrayBuffer())).toEqual(bytes);
    expect(metadata?.[0]).toBe('metadata');
    expect(JSON.parse(String(metadata?.[1]))).toEqual({
      document_type: 'Rechnungseingang',
      note: 'bitte „sofort“ buchen',
      category: 'Einkauf',
      folder: '2026',
      register: '03',
    });
    expect(custom?.[0]).toBe('custom_metadata');
    expect(JSON.parse(String(custom?.[1]))).toEqual({ sequence_first_guid: input.documentId, sequence_position: 3 });
  });

  it('has no metadata part when there is nothing to say', async () => {
    expect((await partsOf(buildPutDocumentRequest(settings, input))).map(([name]) => name)).toEqual(['file']);
  });

  it('is the same for bytes, blobs, files on disk and streams', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'datev-online-'));
    try {
      writeFileSync(join(folder, 'a.pdf'), bytes);
      const variants: DocumentFile['content'][] = [
        bytes,
        new Blob([bytes]),
        await openAsBlob(join(folder, 'a.pdf')),
        { stream: new Blob([bytes]).stream(), size: bytes.byteLength },
      ];
      const hashes: string[] = [];
      for (const content of variants) {
        const request = buildPutDocumentRequest(settings, { ...input, file: { ...file, content } });
        hashes.push(
          createHash('sha256')
            .update(Buffer.from(await request.arrayBuffer()))
            .digest('hex'),
        );
      }
      expect(new Set(hashes).size).toBe(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('travels with its length over a real socket, in every form', async () => {
    const seen: { headers: IncomingHttpHeaders; size: number }[] = [];
    const server = createServer(async (request, response) => {
      let size = 0;
      for await (const chunk of request) size += chunk.length;
      seen.push({ headers: request.headers, size });
      response.writeHead(201).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      // An http server that listens on a port has an AddressInfo.
      const accountingDocumentsUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const local = { ...settings, accountingDocumentsUrl, allowInsecure: true };
      const runtime = { ...runtimeOver(() => new Response()), fetch };
      for (const content of [
        bytes,
        new Blob([bytes]),
        { stream: new Blob([bytes]).stream(), size: bytes.byteLength },
      ]) {
        expect(await putDocument(local, runtime, { ...input, file: { ...file, content } })).toMatchObject({ ok: true });
      }
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    expect(new Set(seen.map(({ headers }) => headers['content-length'])).size).toBe(1);
    for (const { headers, size } of seen) expect(String(size)).toBe(headers['content-length']);
  });

  it('keeps quotes and line ends of a name from breaking the part', async () => {
    const name = 'a"; filename="b\r\nx-evil: 1\r\n.pdf';
    const request = buildPutDocumentRequest(settings, { ...input, file: { ...file, name } });
    expect(await request.text()).toContain('filename="a%22; filename=%22b%0D%0Ax-evil: 1%0D%0A.pdf"\r\n');
  });

  it.each<[string, Partial<PutDocumentInput>]>([
    ['a lower-case GUID', { documentId: input.documentId.toLowerCase() }],
    ['a GUID of another version', { documentId: 'E0A08953-FBAA-1054-AF36-993D5D68F040' }],
    ['a name of 256', { file: { ...file, name: 'x'.repeat(256) } }],
    ['no name', { file: { ...file, name: '' } }],
    ['a type that is none', { file: { ...file, mediaType: 'pdf\r\nx: y' } }],
    ['a document type of 31', { metadata: { documentType: 'x'.repeat(31) } }],
    ['a note of 256', { metadata: { note: 'x'.repeat(256) } }],
    ['an empty folder level', { metadata: { filing: { category: 'a', folder: '', register: 'c' } } }],
  ])('refuses %s before anything is sent', async (_case, change) => {
    let calls = 0;
    const runtime = runtimeOver(() => {
      calls++;
      return new Response(null, { status: 201 });
    });
    await expect(putDocument(settings, runtime, { ...input, ...change })).rejects.toThrow(TypeError);
    expect(calls).toBe(0);
  });

  it('staples in the order given, at most ten', async () => {
    const files = ['1.pdf', '2.pdf', '3.pdf'].map((name) => ({ ...file, name }));
    const { accessToken, clientId } = input;
    const request = buildPutStapledRequest(settings, { accessToken, clientId, files }, 'boundary-1');
    expect(request.url).toMatch(/\/documents\/stapled$/);
    const parts = await partsOf(request);
    expect(parts.map(([name, value]) => [name, value instanceof File ? value.name : ''])).toEqual([
      ['files', '1.pdf'],
      ['files', '2.pdf'],
      ['files', '3.pdf'],
    ]);
    const many = Array(11).fill(file);
    expect(() => buildPutStapledRequest(settings, { accessToken, clientId, files: many }, 'b')).toThrow(TypeError);
  });
});

describe('the answer to an upload', () => {
  it('is read whatever the form of its numbers', async () => {
    const body = {
      id: 'bf00cd5c0fe9d1065ec7ba4fcf4a3951',
      files: [
        {
          id: 'F1',
          name: 'a.pdf',
          size: '300',
          upload_date: '2026-03-14T09:24:12+01:00',
          media_type: 'application/pdf',
        },
      ],
      document_type: 'Rechnungseingang',
    };
    const headers = { 'x-global-transaction-id': 'g-1', 'v-cap-request-id': 'v-1' };
    expect(await interpretUpload(Response.json(body, { status: 201, headers }))).toMatchObject({
      ok: true,
      value: {
        id: 'BF00CD5C-0FE9-D106-5EC7-BA4FCF4A3951',
        files: [{ size: 300, uploadDate: '2026-03-14T09:24:12+01:00', mediaType: 'application/pdf' }],
        documentType: 'Rechnungseingang',
        note: null,
      },
      trace: {
        status: 201,
        globalTransactionId: 'g-1',
        capRequestId: 'v-1',
        excerpt: expect.stringContaining('bf00cd5c'),
      },
    });
  });

  it('counts 201 as arrival even when its body is no JSON or breaks off', async () => {
    expect(await interpretUpload(new Response('<html>', { status: 201 }))).toMatchObject({
      ok: true,
      value: { id: null },
    });
    const cut = new ReadableStream({ pull: (controller) => controller.error(new Error('cut')) });
    expect(await interpretUpload(new Response(cut, { status: 201 }))).toMatchObject({
      ok: true,
      trace: { status: 201 },
    });
  });

  it('takes no other success for arrival', async () => {
    for (const status of [200, 202, 204]) {
      const answer = await interpretUpload(new Response(null, { status }));
      expect(answer).toMatchObject({ ok: false, failure: { kind: 'unclear', broken: 'unreadableAnswer' } });
    }
  });

  it('is unclear when it breaks off under another status', async () => {
    const cut = new ReadableStream({ pull: (controller) => controller.error(new TypeError('terminated')) });
    const runtime = runtimeOver(() => new Response(cut, { status: 400 }));
    expect(await postDocument(settings, runtime, input)).toMatchObject({ failure: { kind: 'unclear', broken: 'cut' } });
  });
});

describe('normaliseGuid', () => {
  it('writes every spelling the same way and leaves other texts alone', () => {
    const one = 'E0A08953-FBAA-4054-AF36-993D5D68F040';
    for (const spelling of [one, one.toLowerCase(), `{${one}}`, one.replaceAll('-', '')]) {
      expect(normaliseGuid(spelling)).toBe(one);
    }
    expect(normaliseGuid('4711')).toBe('4711');
  });
});
