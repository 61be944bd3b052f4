import { Ajv, type ValidateFunction } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOnPremSandbox, type OnPremSandbox } from '../onprem/sandbox.ts';
import { json } from './description.ts';
import { type DescribedRead, onPremDescriptionsExist, readOnPremDescriptions } from './onpremDescription.ts';
import { ONPREM_FINDINGS, ONPREM_NEVER, ONPREM_STATUSES } from './onpremDeviations.ts';

const there = onPremDescriptionsExist();
if (!there) {
  console.warn(
    "NOT RUN: the contract test of the firm's server needs DATEV's descriptions in ../shared/datev-openapi, which is not there.",
  );
}

const years = [
  { begin: '2024-07-01', end: '2024-12-31' },
  { begin: '2025-01-01', end: '2025-12-31' },
];
const books = [
  {
    seed: 'contract',
    name: 'Groß GmbH',
    consultantNumber: 29_098,
    clientNumber: 101,
    chart: 3,
    postingsPerYear: 4_000,
  },
  {
    seed: 'contract',
    name: 'Klein e. K.',
    consultantNumber: 29_098,
    clientNumber: 102,
    chart: 4,
    postingsPerYear: 250,
  },
] as const;
const voucherGuids = ['CB6A1F0E-0000-4000-8000-000000000001', 'CB6A1F0E-0000-4000-8000-000000000002'];

/** Lists that give the ids for a path, where it is not the path before the id. */
const listsOfIds: Record<string, string> = {
  '/assets/{asset-id}': '/assets/stocktakings',
  '/document-files/{document-file-id}': '/documents/{id}/structure-items',
};

type Tried = { read: DescribedRead; status: number; query: string; text: string };

describe.skipIf(!there)('what the firm’s server answers is what DATEV describes', () => {
  const { reads, missing } = there ? readOnPremDescriptions() : { reads: [], missing: [] };
  const tried: Tried[] = [];
  const excused = new Set<string>();
  let sandbox: OnPremSandbox;

  beforeAll(() => {
    sandbox = createOnPremSandbox({
      books: books.map((one) => ({ ...one, years, today: '2026-02-27', voucherGuids })),
      user: 'KANZLEI\\leser',
      password: 'x',
    });
  });
  afterAll(() => console.log(report(reads, missing, tried, excused)));

  const get = async (path: string, query = '', accept = 'application/json; charset=utf-8') => {
    const { status, body } = await sandbox.answer({
      method: 'GET',
      url: new URL(`https://localhost/datev/api${path}${query}`),
      header: (name) => (name === 'accept' ? accept : undefined),
    });
    return { status, text: [...body].join('') };
  };

  /** Every path of a read with ids that are there: those of both clients, and of lists the first and the last. */
  async function concrete(template: string): Promise<string[]> {
    const [, before = '', name = '', behind = ''] = /^(.*?)\/(\{[^}]+\})(.*)$/.exec(template) ?? [];
    if (before === '') return [template];
    const special = Object.entries(listsOfIds).find(([part]) => `${before}/${name}`.endsWith(part));
    const listPath = special ? `${before}/${name}`.slice(0, -special[0].length) + special[1] : before;
    const ids = new Set<string>();
    for (const path of await concrete(listPath)) for (const id of await idsIn(path)) ids.add(id);
    const found = await Promise.all([...ids].map((id) => concrete(`${before}/${encodeURIComponent(id)}${behind}`)));
    return found.flat();
  }

  async function idsIn(path: string): Promise<string[]> {
    const listed: unknown = JSON.parse((await get(path)).text);
    const elements: unknown[] = [listed, json(listed)['resources']].find(Array.isArray) ?? [];
    const key = path.endsWith('structure-items') ? 'document_file_id' : 'id';
    const ids = elements.map((one: unknown) => String(json(one)[key]));
    // Of items of a path the own id is meant, of files the one they point to.
    const own = path.endsWith('structure-items')
      ? [...ids, ...elements.map((one: unknown) => String(json(one)['id']))]
      : ids;
    return path.endsWith('/clients') ? own : own.filter((_, at) => at === 0 || at === own.length - 1);
  }

  async function tryOut(read: DescribedRead, path: string, query: string, accept?: string): Promise<Tried> {
    const { status, text } = await get(path, query, accept);
    const one = { read, status, query, text };
    tried.push(one);
    return one;
  }

  const file = 'application/octet-stream';
  const acceptOf = ({ path }: DescribedRead) => (path.startsWith('/dms/v2/document-files') ? file : undefined);

  test.each(reads.map((read) => [read.path, read] as const))('%s', async (_path, read) => {
    const check = createCheck(read, excused);
    const problems: string[] = [];
    const needed = read.query.includes('start') ? '?start=10000' : '';
    const variants = ['', ...(read.query.includes('expand') ? ['?expand=all'] : [])];
    if (read.query.includes('select')) variants.push('?select=id');
    if (read.query.includes('top')) variants.push('?top=2&skip=1');
    const paths = await concrete(read.path);
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) {
      for (const variant of needed === '' ? variants : [needed]) {
        const one = await tryOut(read, path, variant, acceptOf(read));
        // Ids of one list may be no ids below another client: then the client is there, the thing is not.
        problems.push(...check(one));
      }
      if (read.query.includes('top')) problems.push(...check(await tryOut(read, path, '?top=many')));
      else if (read.query.includes('filter'))
        problems.push(...check(await tryOut(read, path, '?filter=nothing%20eq%201')));
      else if (read.query.includes('start-at')) problems.push(...check(await tryOut(read, path, '?start-at=first')));
      else if (needed !== '') problems.push(...check(await tryOut(read, path, '?start=first')));
      else if (acceptOf(read) !== undefined) problems.push(...check(await tryOut(read, path, '')));
    }
    if (read.path.includes('{')) {
      const at = read.path.replaceAll(/\{[^}]+\}/g, 'nobody');
      problems.push(...check(await tryOut(read, at, needed, acceptOf(read))));
    }
    expect(problems).toEqual([]);
    const given = new Set(tried.filter((one) => one.read === read).map(({ status }) => status));
    expect(given).toContain(200);
    expect([...read.statuses.keys()].filter((status) => !given.has(status) && !isExcused(read, status))).toEqual([]);
  });

  test('refusals and partial lists have the described envelope', async () => {
    const clients = reads.find(({ path }) => path === '/accounting/v1/clients');
    const year = reads.find(({ path }) => path === '/accounting/v1/clients/{client-id}/fiscal-years/{fiscal-year-id}');
    if (!clients || !year) throw new Error('described reads');
    const { state } = sandbox.control;
    const guid = sandbox.control.books()[0]?.guid ?? '';
    const check = (read: DescribedRead, one: Tried) => createCheck(read, excused)(one);
    state.refused.add(guid);
    const refused = await tryOut(year, `/accounting/v1/clients/${guid}/fiscal-years/20250101`, '');
    state.refused.clear();
    state.stalePath = true;
    const partial = await tryOut(clients, clients.path, '');
    state.stalePath = false;
    state.dongle = true;
    const gone = await tryOut(clients, clients.path, '');
    state.dongle = false;
    const strange = await tryOut(clients, clients.path, '', 'text/html');
    expect([refused, partial, gone, strange].map(({ status }) => status)).toEqual([403, 200, 503, 406]);
    expect([
      ...check(year, refused),
      ...check(clients, partial),
      ...check(clients, gone),
      ...check(clients, strange),
    ]).toEqual([]);
  });

  test('the check itself sees unknown fields, wrong types and undescribed statuses', () => {
    const read = reads.find(({ path }) => path.endsWith('/accounting-statistics'));
    if (!read) throw new Error('described reads');
    const check = (status: number, value: unknown) =>
      createCheck(read, new Set())({ read, status, query: '', text: JSON.stringify(value) }).join();
    expect(check(200, [{ id: '1', month: 1 }])).toBe('');
    expect(check(200, [{ id: '1', extra: 1 }])).toContain('"additionalProperty":"extra"');
    expect(check(200, [{ month: 'one' }])).toContain('must be integer');
    expect(check(418, [])).toContain('not described');
  });
});

function createCheck(read: DescribedRead, excused: Set<string>) {
  const validators = new Map<number, ValidateFunction>();
  const ajv = createAjv();
  return ({ status, text, query }: Tried): string[] => {
    const known = read.statuses.has(status);
    if (!known && !ONPREM_STATUSES.some((one) => one.status === status)) return [`${status} is not described`];
    // Statuses that are not described have the envelope of those that are.
    const schema = read.statuses.get(status) ?? (status >= 400 ? read.statuses.get(400) : undefined);
    if (schema === undefined || schema['format'] === 'binary' || text === '') return [];
    const validate = validators.get(status) ?? ajv.compile(schema);
    validators.set(status, validate);
    if (validate(JSON.parse(text))) return [];
    return (validate.errors ?? []).flatMap((error) => {
      const finding = `${error.instancePath.replaceAll('/', '.')} ${error.message} ${JSON.stringify(error.params)}`;
      const meant = ONPREM_FINDINGS.find((one) => one.read.test(read.path) && one.finding.test(finding));
      if (meant) excused.add(meant.reason);
      return meant ? [] : [`${status} ${query}: ${finding}`];
    });
  };
}

function createAjv(): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true });
  // Stamps of master data and of documents are local time without zone, as their examples are.
  const stamp = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{3})?([+-]\d\d:\d\d)?)?$/;
  for (const name of ['date', 'dateTime', 'date-time']) ajv.addFormat(name, stamp);
  ajv.addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
  ajv.addFormat('UUID', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
  for (const [name, bits] of [
    ['int16', 16],
    ['int32', 32],
    ['int64', 53],
    ['short', 16],
    ['int', 32],
    ['smallint', 16],
  ] as const)
    ajv.addFormat(name, {
      type: 'number',
      validate: (value: number) => Number.isInteger(value) && Math.abs(value) < 2 ** (bits - (bits === 53 ? 0 : 1)),
    });
  for (const name of ['double', 'decimal', 'binary']) ajv.addFormat(name, true);
  return ajv;
}

function isExcused({ path, query }: DescribedRead, status: number): boolean {
  const canBeWrong = query.some((name) => ['filter', 'top', 'skip', 'start', 'start-at'].includes(name));
  if (status === 400 && canBeWrong) return false;
  if (status === 404 && path.includes('{')) return false;
  return ONPREM_NEVER.some((one) => one.status === status && one.only.test(path));
}

/** Operations × statuses, how many properties of each schema were seen, and what is excused. */
function report(
  reads: readonly DescribedRead[],
  missing: readonly string[],
  tried: readonly Tried[],
  excused: Set<string>,
): string {
  const lines = ['Contract of the firm’s server: read, statuses given, properties seen of those described'];
  for (const read of reads) {
    const own = tried.filter((one) => one.read === read);
    const statuses = [...new Set(own.map(({ status }) => status))].sort().join(' ');
    const described = pathsIn(read.statuses.get(200));
    const seen = new Set(own.filter(({ status }) => status === 200).flatMap(({ text }) => keysIn(text)));
    const used = [...described].filter((path) => seen.has(path)).length;
    lines.push(`  ${read.path.padEnd(130)} ${statuses.padEnd(16)} ${used}/${described.size}`);
  }
  const cells = new Set(tried.map(({ read, status }) => `${read.path} ${status}`));
  lines.push(`  ${tried.length} answers, ${reads.length} reads, ${cells.size} cells`);
  lines.push(`Described but not in the sandbox: ${missing.length} reads`, ...missing.map((path) => `  ${path}`));
  lines.push('Known deviations', ...[...excused].map((reason) => `  ${reason}`));
  for (const { status, reason } of [...ONPREM_STATUSES, ...ONPREM_NEVER]) lines.push(`  ${status}: ${reason}`);
  return lines.join('\n');
}

function pathsIn(schema: unknown, prefix = ''): Set<string> {
  const { properties, items } = json(schema);
  if (items !== undefined) return pathsIn(items, prefix);
  return new Set(
    Object.entries(json(properties)).flatMap(([name, inner]) => [
      `${prefix}${name}`,
      ...pathsIn(inner, `${prefix}${name}.`),
    ]),
  );
}

function keysIn(text: string): string[] {
  const found = new Set<string>();
  const walk = (value: unknown, prefix: string): void => {
    if (Array.isArray(value)) for (const one of value) walk(one, prefix);
    else
      for (const [name, inner] of Object.entries(json(value))) {
        found.add(prefix + name);
        walk(inner, `${prefix}${name}.`);
      }
  };
  try {
    walk(JSON.parse(text), '');
  } catch {
    // A file is no JSON.
  }
  return [...found];
}
