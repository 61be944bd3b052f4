import { DOCUMENT_CODES } from '../documents/errors.ts';
import { api, GUID, PDF, putUrl, uploadForm } from '../test-kit.ts';
import { DOCUMENTS, post, put, type Scenario, scenario, staple, twice, type UploadInput, withFault } from './kit.ts';
import { rules } from './upload-rules.ts';

const UPLOADS = { 'documents.post': post(), 'documents.put': put(), 'documents.stapled': staple([{}]) } as const;

const big = (): Uint8Array => Buffer.concat([PDF, Buffer.alloc(20 * 1024 * 1024, 0x20), PDF]);
const pdfWith = (text: string): Buffer => Buffer.from(`%PDF-1.7\n${text}\n%%EOF\n`);

/** The three uploads of accounting:documents v2. */
export const UPLOADING: Scenario[] = [
  ...rules('documents.post', (input, clientId) => post(input, clientId)),
  ...rules('documents.put', (input, clientId) => put(input, GUID, clientId)),
  ...rules('documents.stapled', (input, clientId) => {
    const { metadata, custom, ...file } = input ?? {};
    // custom_metadata needs the single form; one file stapled alone is allowed.
    return custom === undefined
      ? staple([file], clientId, metadata)
      : ({ sandbox, token }) =>
          api(sandbox, token, `${DOCUMENTS}/clients/${clientId ?? '29098-101'}/documents/stapled`, {
            method: 'PUT',
            body: uploadForm({ ...file, custom, part: 'files' }),
          });
  }),
  scenario('documents.put', 'over 20 MB, new', 400, 'DCO01216', put({ bytes: big() })),
  scenario('documents.put', 'over 20 MB, old', 400, 'DCO01016', put({ bytes: big() }, GUID, '29098-102')),
  scenario('documents.post', 'over 20 MB, new', 400, 'DCO01216', post({ bytes: big() })),
  scenario(
    'documents.put',
    'GUID known',
    409,
    'DCO01012',
    twice(put(), put({ name: 'Anders.pdf' }, GUID.toLowerCase())),
  ),
  scenario('documents.put', 'GUID known at another client only', 201, '', twice(put({}, GUID, '29098-102'), put())),
  ...[
    '5F1B3F6A-2D0C-1E57-9A3B-0B6E1E2D3C4F',
    '5F1B3F6A-2D0C-7E57-9A3B-0B6E1E2D3C4F',
    '5F1B3F6A-2D0C-4E57-CA3B-0B6E1E2D3C4F',
    '5F1B3F6A2D0C4E579A3B0B6E1E2D3C4F',
    '{5F1B3F6A-2D0C-4E57-9A3B-0B6E1E2D3C4F}',
    'nonsense',
  ].map((guid) => scenario('documents.put', `GUID ${guid}`, 400, 'DCO01234', put({}, guid))),
  scenario('documents.put', 'not multipart', 400, 'DCO01004', ({ sandbox, token }) =>
    api(sandbox, token, putUrl(), {
      method: 'PUT',
      body: new Uint8Array(PDF),
      headers: { 'content-type': 'application/pdf' },
    }),
  ),
  scenario('documents.put', 'multipart cut off', 400, 'DCO01004', ({ sandbox, token }) =>
    api(sandbox, token, putUrl(), {
      method: 'PUT',
      body: '--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    }),
  ),
  scenario('documents.put', 'no file name', 400, 'DCO01252', rawPart('form-data; name="file"')),
  scenario('documents.put', 'blank file name', 400, 'DCO01233', rawPart('form-data; name="file"; filename=" "')),
  scenario('documents.put', 'two files', 400, 'DCO01232', ({ sandbox, token }) => {
    const form = uploadForm();
    form.append('file', new Blob([new Uint8Array(PDF)], { type: 'application/pdf' }), 'b.pdf');
    return api(sandbox, token, putUrl(), { method: 'PUT', body: form });
  }),
  scenario(
    'documents.put',
    'CSV into the old Belege online',
    201,
    '',
    put({ name: 'Liste.csv', type: 'text/csv', bytes: Buffer.from('a;b\n') }, GUID, '29098-102'),
  ),
  scenario(
    'documents.put',
    'XML invoice',
    201,
    '',
    put({ name: 'Rechnung.xml', type: 'application/xml', bytes: Buffer.from('\uFEFF<?xml version="1.0"?><Invoice/>') }),
  ),
  scenario(
    'documents.put',
    'sequence',
    201,
    '',
    put({ custom: { sequence_first_guid: GUID.toLowerCase(), sequence_position: '2' } }),
  ),
  scenario(
    'documents.stapled',
    'three files',
    201,
    '',
    staple(
      [
        { name: '1.pdf' },
        { name: '2.pdf' },
        { name: '3.png', type: 'image/png', bytes: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) },
      ],
      '29098-101',
      { note: 'zusammen' },
    ),
  ),
  scenario('documents.stapled', 'eleven files', 400, 'DCO01232', staple(numbered(11))),
  scenario('documents.stapled', 'fifty-one files', 400, 'DCO01127', staple(numbered(51))),
  scenario(
    'documents.stapled',
    'together over 20 MB',
    400,
    'DCO01216',
    staple([
      { name: '1.pdf', bytes: big().subarray(0, 11_000_000) },
      { name: '2.pdf', bytes: big().subarray(0, 11_000_000) },
    ]),
  ),
  scenario(
    'documents.stapled',
    'signed',
    400,
    'DCO01246',
    staple([{ bytes: pdfWith('/Type /Sig /ByteRange [0 1 2 3]') }, { name: '2.pdf' }]),
  ),
  scenario(
    'documents.stapled',
    'protected',
    400,
    'DCO01247',
    staple([{ bytes: pdfWith('/Encrypt 5 0 R') }, { name: '2.pdf' }]),
  ),
  scenario(
    'documents.stapled',
    'XML',
    400,
    'DCO01248',
    staple([{ name: '2.xml', type: 'text/xml', bytes: Buffer.from('<a/>') }, {}]),
  ),
  scenario(
    'documents.stapled',
    'PDF/A',
    400,
    'DCO01249',
    staple([{ bytes: pdfWith('<pdfaid:part>3</pdfaid:part>') }, { name: '2.pdf' }]),
  ),
  scenario(
    'documents.stapled',
    'ZUGFeRD',
    400,
    'DCO01250',
    staple([{ bytes: pdfWith('(factur-x.xml) pdfaid:part') }, { name: '2.pdf' }]),
  ),
  ...(['documents.post', 'documents.put', 'documents.stapled'] as const).flatMap((operation) =>
    DOCUMENT_CODES.filter((code) => mayFault(operation, code)).map((code) =>
      scenario(
        operation,
        `${code} by fault`,
        code === 'DCO01012' ? 409 : 400,
        code,
        withFault(
          { operation, effect: { kind: 'error', code, status: code === 'DCO01012' ? 409 : 400 } },
          UPLOADS[operation],
        ),
      ),
    ),
  ),
];

/** Which codes a fault may give for which upload: DATEV's list is shorter for some. */
function mayFault(operation: string, code: string): boolean {
  if (['DCO01005', 'DCO01013'].includes(code)) return false;
  const stapled = ['DCO01127', 'DCO01246', 'DCO01247', 'DCO01248', 'DCO01249', 'DCO01250', 'DCO01251'].includes(code);
  if (stapled) return operation === 'documents.stapled';
  return code !== 'DCO01012' || operation === 'documents.put';
}

function numbered(count: number): UploadInput[] {
  return Array.from({ length: count }, (_, i) => ({ name: `${i}.pdf` }));
}

function rawPart(disposition: string): Scenario['run'] {
  const body = `--x\r\nContent-Disposition: ${disposition}\r\nContent-Type: application/pdf\r\n\r\n${PDF.toString('latin1')}\r\n--x--\r\n`;
  return ({ sandbox, token }) =>
    api(sandbox, token, putUrl(), {
      method: 'PUT',
      body,
      headers: { 'content-type': 'multipart/form-data; boundary="x"' },
    });
}
