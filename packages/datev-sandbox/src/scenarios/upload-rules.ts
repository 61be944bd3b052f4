import { given, put, type Scenario, scenario, twice, type UploadInput, withFault } from './kit.ts';

const eicar = ['%PDF-1.7 X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H* %%EOF'].join('-');
const long = (length: number): string => 'ä'.repeat(length);

/** Rules that hold for POST, PUT and stapled alike. */
export function rules(operation: string, send: (input: UploadInput, clientId?: string) => Scenario['run']): Scenario[] {
  const refused = (name: string, code: string, input: UploadInput, clientId = '29098-101'): Scenario =>
    scenario(operation, name, 400, code, send(input, clientId));
  const metadata = (value: unknown): UploadInput => ({ metadata: value });
  return [
    scenario(operation, 'bare', 201, '', send({})),
    scenario(
      operation,
      'with metadata',
      201,
      '',
      send({ metadata: { document_type: 'Kasse', note: 'Notiz', category: 'A', folder: 'B', register: 'C' } }),
    ),
    scenario(operation, 'empty document type', 201, '', send({ metadata: { document_type: '' } })),
    refused('type outside the new list', 'DCO01215', { name: 'Liste.csv', type: 'text/csv' }),
    refused('zip, new', 'DCO01215', {
      name: 'Alles.zip',
      type: 'application/zip',
      bytes: Buffer.from('PK\u0003\u0004'),
    }),
    refused(
      'zip, old',
      'DCO01015',
      { name: 'Alles.zip', type: 'application/zip', bytes: Buffer.from('PK\u0003\u0004') },
      '29098-102',
    ),
    refused('zip in a PDF name', 'DCO01219', { bytes: Buffer.from('PK\u0003\u0004') }),
    refused('declared as something else', 'DCO01219', { type: 'image/png' }),
    refused('name of 256 characters', 'DCO01222', { name: `${'a'.repeat(252)}.pdf` }),
    refused('empty file', 'DCO01220', { bytes: Buffer.alloc(0) }),
    refused('note', 'DCO01223', metadata({ note: long(256) })),
    refused('category', 'DCO01224', metadata({ category: long(31), folder: 'b', register: 'c' })),
    refused('folder', 'DCO01225', metadata({ category: 'a', folder: long(31), register: 'c' })),
    refused('register', 'DCO01226', metadata({ category: 'a', folder: 'b', register: long(31) })),
    refused('document type too long', 'DCO01227', metadata({ document_type: long(31) })),
    refused('two of three levels', 'DCO01017', metadata({ category: 'a', register: 'c' })),
    refused('metadata is no JSON', 'DCO01217', metadata('{')),
    refused('metadata is a list', 'DCO01217', metadata([])),
    refused('note is a number', 'DCO01217', metadata({ note: 1 })),
    refused('position is text', 'DCO01217', { custom: { sequence_position: 'three' } }),
    refused('document type unknown', 'DCO01010', metadata({ document_type: 'Gibt es nicht' })),
    refused('personnel type without the right', 'DCO01010', metadata({ document_type: 'Lohnunterlagen' })),
    refused('virus', 'DCO01243', { bytes: Buffer.from(eicar) }),
    refused('PDF cut off', 'DCO01245', { bytes: Buffer.from('%PDF-1.7 and no end') }),
    refused('file part missing', 'DCO01220', { part: 'other' }),
    scenario(
      operation,
      'Belegfreigabe',
      400,
      'DCO01231',
      given(({ sandbox }) => sandbox.control.setClient('29098-101', { belegfreigabe: true }), send({})),
    ),
    scenario(
      operation,
      'DATEV Personal',
      400,
      'DCO01300',
      given(
        ({ sandbox }) => sandbox.control.setClient('29098-101', { datevPersonal: true }),
        send({ metadata: { document_type: 'Lohnunterlagen' } }),
      ),
    ),
    scenario(operation, 'no stock', 400, 'DCO01019', send({}, '29098-103')),
    scenario(
      operation,
      'no stock, the other reading',
      404,
      '',
      given(({ sandbox }) => sandbox.control.setSwitches({ missingStock: '404' }), send({}, '29098-103')),
    ),
    scenario(operation, 'not permitted', 403, '', send({}, '29099-1')),
    scenario(operation, 'unknown client', 404, '', send({}, '1-1')),
    scenario(
      operation,
      'same name and type',
      400,
      'DCO01253',
      twice(
        put({ metadata: { document_type: 'Kasse' } }, 'AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE'),
        send({ metadata: { document_type: 'Kasse' } }),
      ),
    ),
    scenario(
      operation,
      'same name, other type',
      201,
      '',
      twice(put({}, 'AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE'), send({ metadata: { document_type: 'Kasse' } })),
    ),
    scenario(
      operation,
      'maintenance, by fault',
      503,
      'DCO01020',
      withFault({ operation, effect: { kind: 'error', code: 'DCO01020' } }, send({})),
    ),
    scenario(
      operation,
      'inner service down, by fault',
      400,
      'DCO01020',
      withFault({ operation, effect: { kind: 'error', code: 'DCO01020', status: 400 } }, send({})),
    ),
    scenario(
      operation,
      'app not entitled, by fault',
      403,
      'DCO01013',
      withFault({ operation, effect: { kind: 'error', code: 'DCO01013' } }, send({})),
    ),
    scenario(operation, 'no scope', 403, 'DCO01005', async (stage) =>
      send({}, '29098-101')({ ...stage, token: stage.narrow }),
    ),
    scenario(operation, 'no right for documents', 403, '', async (stage) =>
      send({}, '29098-101')({ ...stage, token: stage.bernd }),
    ),
  ];
}
