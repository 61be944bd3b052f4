import { createHash } from 'node:crypto';
import type { SandboxClient } from '@bruecke/datev-sandbox';
import { describe, expect, it } from 'vitest';
import { clientId, connectedMandant, dataset } from '../../test/datev.ts';
import { interpret, preflight, type SendInput, send } from './channel.ts';

const pdf = new TextEncoder().encode('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF');
const today = '2026-03-02';
const input: SendInput = {
  dataset,
  documentGuid: 'E0A08953-FBAA-4054-AF36-993D5D68F040',
  fileName: 'Rechnung 4711_7K3M9Q2W8XR5T.pdf',
  mediaType: 'application/pdf',
  content: pdf,
  documentType: 'Rechnungseingang',
  note: `${'x'.repeat(254)}😀`,
};
const sent = { documentGuid: input.documentGuid, size: pdf.byteLength, documentType: input.documentType };
const read = (answer: Awaited<ReturnType<typeof send>>, onlyOursCanBeThere = false) =>
  interpret({ answer, onlyOursCanBeThere, sent });

describe('send and interpret', () => {
  it('sends once, whole, with its fields cut to DATEV’s limits (D-09)', async () => {
    const { sandbox, session } = await connectedMandant();
    expect(read(await send(session, input))).toMatchObject({ kind: 'arrived', remarks: [] });
    expect(sandbox.control.arrived({ clientId })).toMatchObject([
      {
        id: input.documentGuid,
        via: 'put',
        documentType: 'Rechnungseingang',
        note: 'x'.repeat(254),
        files: [{ name: input.fileName, size: pdf.byteLength, sha256: createHash('sha256').update(pdf).digest('hex') }],
      },
    ]);
  });

  it('sends without type and note when none is wanted, and never into a folder (D-06)', async () => {
    const { sandbox, session } = await connectedMandant();
    await send(session, { ...input, documentType: null, note: '' });
    const [document] = sandbox.control.arrived();
    expect([document?.documentType, document?.note, document?.repository].map((value) => value || undefined)).toEqual(
      Array(3).fill(undefined),
    );
  });

  it.each([
    ['name+type', 'guid-first', 'arrivedBefore'],
    ['name+type+bytes', 'guid-first', 'arrivedBefore'],
    ['name+type', 'duplicate-first', 'arrivedByDuplicateRule'],
    ['name+type+bytes', 'duplicate-first', 'arrivedByDuplicateRule'],
  ] as const)('finds a lost answer again, once only, with %s and %s', async (duplicateRule, checkOrder, kind) => {
    const { sandbox, session } = await connectedMandant({ switches: { duplicateRule, checkOrder } });
    sandbox.control.addFault({ operation: 'documents.put', effect: { kind: 'cut', when: 'after' }, times: 1 });
    expect(read(await send(session, input))).toMatchObject({ kind: 'unclear', cause: 'cut' });
    expect(read(await send(session, input), true)).toMatchObject({ kind });
    expect(sandbox.control.arrivedCount()).toBe(1);
  });

  it.each([
    ['a cut before it was taken', { kind: 'cut', when: 'before' }, 'unclear'],
    ['a gateway error', { kind: 'status', status: 502, shape: 'html' }, 'unclear'],
    ['maintenance', { kind: 'status', status: 503 }, 'retry'],
    ['an inner service down', { kind: 'error', code: 'DCO01020', status: 503 }, 'retry'],
    ['too many calls', { kind: 'status', status: 429, retryAfterSeconds: 30 }, 'retry'],
    ['a virus', { kind: 'error', code: 'DCO01243' }, 'refused'],
    ['an unreadable PDF', { kind: 'error', code: 'DCO01245' }, 'refused'],
    ['a scope gone', { kind: 'error', code: 'DCO01005' }, 'connection'],
    ['a fault of ours', { kind: 'error', code: 'DCO01217' }, 'refused'],
  ] as const)('reads %s, and arrives at the next attempt', async (_case, effect, kind) => {
    const { sandbox, session } = await connectedMandant();
    sandbox.control.addFault({ operation: 'documents.put', effect, times: 1 });
    const first = read(await send(session, input));
    expect(first.kind).toBe(kind);
    expect(sandbox.control.arrivedCount()).toBe(0);
    expect(read(await send(session, input))).toMatchObject({ kind: 'arrived' });
  });

  it('asks when another document of that name and type is there', async () => {
    const { session } = await connectedMandant();
    await send(session, input);
    const other = { ...input, documentGuid: 'AAAAAAAA-FBAA-4054-AF36-993D5D68F040' };
    expect(read(await send(session, other))).toMatchObject({ kind: 'askPerson', cause: 'duplicateFile' });
  });

  it('asks for a type that the stock does not have, with DATEV’s help page (D-07, G-31)', async () => {
    const { session } = await connectedMandant();
    const outcome = read(await send(session, { ...input, documentType: 'Bewirtung' }));
    expect(outcome).toMatchObject({ kind: 'askPerson', cause: 'documentTypeUnknown' });
    expect(outcome).toHaveProperty('failure.helpUrl', expect.stringContaining('DCO01010'));
  });

  it('blames the connection for what is not the voucher’s fault', async () => {
    const { sandbox, session } = await connectedMandant();
    const cause = async () => read(await send(session, input));
    sandbox.control.setClient(clientId, { belegfreigabe: true });
    expect(await cause()).toMatchObject({ kind: 'connection', cause: 'belegfreigabe' });
    sandbox.control.setClient(clientId, { belegfreigabe: false, stock: false });
    expect(await cause()).toMatchObject({ kind: 'connection', cause: 'datasetMissing' });
    sandbox.control.setClient(clientId, { stock: true });
    sandbox.control.setRights('anja', clientId, ['postings']);
    expect(await cause()).toMatchObject({ kind: 'connection', cause: 'rightMissing' });
    sandbox.control.setRights('anja', clientId, ['documents']);
    sandbox.control.expireTokens('access', {});
    expect(await cause()).toMatchObject({ kind: 'connection', cause: 'accessRefused' });
    const stranger = { ...session, settings: { ...session.settings, clientId: 'another-app' } };
    expect(read(await send(stranger, input))).toMatchObject({ kind: 'connection', cause: 'appNotAllowed' });
  });

  it('refuses what is too large or empty without a call (D-08, D-10)', async () => {
    const { sandbox, session } = await connectedMandant();
    const before = sandbox.control.calls().length;
    const large = { stream: new ReadableStream<Uint8Array>(), size: 20 * 1024 * 1024 + 1 };
    expect(read(await send(session, { ...input, content: large }))).toMatchObject({
      kind: 'refused',
      cause: 'tooLarge',
    });
    expect(read(await send(session, { ...input, content: new Uint8Array() }))).toMatchObject({
      kind: 'refused',
      cause: 'empty',
    });
    expect(sandbox.control.calls().length).toBe(before);
  });

  it('answers, rather than throws, when the request cannot be made', async () => {
    const { sandbox, session } = await connectedMandant();
    const wrong = { ...input, documentGuid: input.documentGuid.toLowerCase() };
    expect(read(await send(session, wrong))).toMatchObject({ kind: 'refused', cause: 'programError' });
    const numbers = { consultantNumber: 1, mandantNumber: 101 };
    expect(read(await send(session, { ...input, dataset: numbers }))).toMatchObject({ cause: 'programError' });
    expect(sandbox.control.arrivedCount()).toBe(0);
  });

  it('tells a type that is not what its name says', async () => {
    const { session } = await connectedMandant();
    const outcome = read(await send(session, { ...input, mediaType: 'image/png', fileName: 'a_7K3M9Q2W8XR5T.png' }));
    expect(outcome).toMatchObject({ kind: 'refused', cause: 'contentMismatch' });
  });
});

describe('preflight', () => {
  it('checks permission, types and file types with three reads (D-01, D-05, G-34)', async () => {
    const { sandbox, session } = await connectedMandant();
    const before = sandbox.control.calls().length;
    const result = await preflight(session, { dataset, today });
    expect(result).toMatchObject({
      verdict: 'ready',
      failure: null,
      findings: [{ code: 'reachable', severity: 'ok' }],
      dataset: { ...dataset, companyName: 'Muster GmbH', belegeOnline: true },
    });
    expect(result.dataset?.documentTypes.map(({ name }) => name)).toContain('Rechnungseingang');
    expect(result.dataset?.allowedExtensions).toContain('pdf');
    expect(result.dataset?.fiscalYears.at(-1)).toMatchObject({
      start: '2026-01-01',
      end: '2026-12-31',
      accountLength: 4,
    });
    expect(sandbox.control.calls().length - before).toBe(3);
  });

  it.each<[string, Partial<SandboxClient>, string, string]>([
    ['no stock', { stock: false }, 'blocked', 'belegeNotAvailable'],
    ['books that contradict each other', { accountBasicsConsistent: false }, 'blocked', 'accountBasicsInconsistent'],
    ['no fiscal year for today', { fiscalYears: [] }, 'ready', 'fiscalYearMissing'],
    ['no document types', { documentTypes: [] }, 'ready', 'documentTypesMissing'],
  ])('finds %s', async (_case, client, verdict, code) => {
    const { session } = await connectedMandant({ client });
    const result = await preflight(session, { dataset, today });
    expect(result.verdict).toBe(verdict);
    expect(result.findings.map((found) => found.code)).toContain(code);
  });

  it('hands DATEV’s own help page on with what it finds (G-31)', async () => {
    const { session } = await connectedMandant({ client: { accountBasicsConsistent: false } });
    const { findings } = await preflight(session, { dataset, today });
    expect(findings).toMatchObject([{ helpUrl: expect.stringContaining('DCO01009'), detail: 'DCO01009' }]);
  });

  it('finds rights taken away, with one refused call only (G-32)', async () => {
    const { sandbox, session } = await connectedMandant();
    sandbox.control.setRights('anja', clientId, []);
    const before = sandbox.control.calls().length;
    const result = await preflight(session, { dataset, today });
    expect(result.verdict).toBe('blocked');
    expect(['rightMissing', 'datasetMissing']).toContain(result.findings[0]?.code);
    expect(sandbox.control.calls().length - before).toBe(1);
  });

  it('tells a spent access token, DATEV being down and a foreign app apart', async () => {
    const { sandbox, session } = await connectedMandant();
    const stranger = { ...session, settings: { ...session.settings, clientId: 'another-app' } };
    expect(await preflight(stranger, { dataset, today })).toMatchObject({
      verdict: 'blocked',
      findings: [{ code: 'appNotAllowed' }],
    });
    sandbox.control.addFault({ operation: 'documents', effect: { kind: 'status', status: 503 }, times: 1 });
    expect(await preflight(session, { dataset, today })).toMatchObject({ verdict: 'unavailable', dataset: null });
    sandbox.control.addFault({ operation: 'documents.duo-version', effect: { kind: 'status', status: 503 }, times: 1 });
    expect(await preflight(session, { dataset, today })).toMatchObject({
      verdict: 'ready',
      findings: [{ code: 'reachable' }, { code: 'datevUnavailable', severity: 'warning' }],
    });
    sandbox.control.expireTokens('access', {});
    expect(await preflight(session, { dataset, today })).toMatchObject({ verdict: 'accessRefused' });
  });

  it('will not take another client’s numbers for ours', async () => {
    const { session } = await connectedMandant();
    const answer = (request: Request) =>
      request.url.endsWith(clientId)
        ? Response.json({ id: clientId, name: 'Andere GmbH', consultant_number: '29098', client_number: '999' })
        : session.runtime.fetch(request);
    const odd = { ...session, runtime: { ...session.runtime, fetch: async (request: Request) => answer(request) } };
    const result = await preflight(odd, { dataset, today });
    expect(result).toMatchObject({
      verdict: 'blocked',
      findings: [{ code: 'numbersDiffer' }, { code: 'fiscalYearMissing' }],
    });
  });
});
