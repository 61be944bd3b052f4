import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCENARIOS } from '../scenarios/all.ts';
import type { Stage } from '../scenarios/kit.ts';
import { prepareStage } from '../scenarios/stage.ts';
import { type Given, loadContract, pathsOf } from './check.ts';
import { DESCRIBED_OPERATIONS } from './description.ts';
import { EXTRA_CODES, EXTRA_STATUSES, LOOSE_TYPES, OPTIONAL_PATHS } from './deviations.ts';

const contract = loadContract();
if (contract === undefined) {
  console.warn("NOT RUN: the contract test needs DATEV's descriptions in ../shared/datev-openapi, which is not there.");
}

describe.skipIf(contract === undefined)('what the sandbox answers is what DATEV describes', () => {
  const answers: (Given & { fault: boolean; code: string })[] = [];
  let stage: Stage;
  let fresh: () => void;

  beforeAll(async () => {
    ({ stage, fresh } = await prepareStage());
  });
  afterAll(() => {
    console.log(report(answers));
  });

  test('every answer of every scenario fits, without unknown fields and no emptier than the example', async () => {
    const problems: string[] = [];
    for (const scenario of SCENARIOS) {
      // Both ways of writing numbers, booleans and dates.
      for (const typing of ['schema', 'examples'] as const) {
        fresh();
        stage.sandbox.control.setSwitches({ typing });
        const response = await scenario.run(stage);
        const given = {
          operation: scenario.operation,
          status: response.status,
          contentType: response.headers.get('content-type') ?? '',
          text: await response.text(),
        };
        answers.push({ ...given, code: scenario.code ?? '', fault: scenario.name.includes('by fault') });
        problems.push(...(contract?.check(given) ?? []).map((problem) => `${scenario.name}: ${problem}`));
      }
    }
    expect(problems).toEqual([]);
  });

  test.each(DESCRIBED_OPERATIONS)('%s gives every status that is described', (operation) => {
    const described = [...(contract?.operations.get(operation)?.statuses.keys() ?? [])].sort();
    const given = new Set(answers.filter((answer) => answer.operation === operation).map((answer) => answer.status));
    expect(described.length).toBeGreaterThan(0);
    expect(described.filter((status) => !given.has(status))).toEqual([]);
  });

  test.each(DESCRIBED_OPERATIONS)('%s gives every error code that is described', (operation) => {
    const described = [...(contract?.operations.get(operation)?.statuses ?? [])].flatMap(([status, { codes }]) =>
      codes.map((code) => `${status} ${code}`),
    );
    const given = new Set(
      answers.filter((answer) => answer.operation === operation).map(({ status, code }) => `${status} ${code}`),
    );
    expect(described.filter((code) => !given.has(code))).toEqual([]);
  });

  test.each(DESCRIBED_OPERATIONS)('%s uses every property of its success schema somewhere', (operation) => {
    const success = answers.filter((answer) => answer.operation === operation && answer.status < 300);
    const used = new Set(success.flatMap(({ text }) => [...unionPaths(JSON.parse(text))]));
    const wanted = contract?.schemaPaths(operation, success[0]?.status ?? 200) ?? [];
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.filter((path) => !used.has(path))).toEqual([]);
  });

  test('the check itself sees unknown fields, wrong types, undescribed statuses and thin answers', () => {
    const operation = 'clients.get';
    const json = 'application/json';
    const body = {
      id: '1-1',
      name: 'a',
      client_number: 1,
      consultant_number: 1,
      services: [{ name: 's', scopes: ['x'] }],
    };
    const check = (status: number, value: unknown): string =>
      (contract?.check({ operation, status, contentType: json, text: JSON.stringify(value) }) ?? []).join('; ');
    expect(check(200, body)).toBe('');
    expect(check(200, { ...body, extra: 1 })).toContain('additional properties');
    expect(check(200, { ...body, client_number: 'one' })).toContain('must be integer');
    expect(check(200, { ...body, services: [{ name: 's' }] })).toContain('services[].scopes is in the example');
    expect(check(418, body)).toContain('not described');
  });
});

/** Paths of all list elements together. */
function unionPaths(value: unknown): Set<string> {
  if (!Array.isArray(value)) return spread(value);
  return new Set(value.flatMap((item) => [...spread(item)].map((path) => `[].${path}`)));
}

function spread(value: unknown): Set<string> {
  return pathsOf(value);
}

/** Operations × statuses × error codes; `*` marks what only a fault provokes. */
function report(answers: { operation: string; status: number; code: string; fault: boolean }[]): string {
  const lines = ['Contract: operation, status, error codes given (* only by fault)'];
  for (const operation of DESCRIBED_OPERATIONS) {
    const own = answers.filter((answer) => answer.operation === operation);
    for (const status of [...new Set(own.map((answer) => answer.status))].sort()) {
      const codes = [...new Set(own.filter((a) => a.status === status).map((a) => a.code))].sort().map((code) => {
        const natural = own.some((a) => a.status === status && a.code === code && !a.fault);
        return `${code === '' ? '–' : code}${natural ? '' : '*'}`;
      });
      lines.push(`  ${operation.padEnd(26)} ${status}  ${codes.join(' ')}`);
    }
  }
  const cells = new Set(answers.map((answer) => `${answer.operation} ${answer.status} ${answer.code}`));
  lines.push('Known deviations', `  types: ${LOOSE_TYPES}`);
  for (const { path, reason } of OPTIONAL_PATHS) lines.push(`  ${path}: ${reason}`);
  for (const { operation, code, reason } of EXTRA_CODES) lines.push(`  ${operation} ${code}: ${reason}`);
  for (const { operation, status, reason } of EXTRA_STATUSES) lines.push(`  ${operation.source} ${status}: ${reason}`);
  lines.push(`  ${answers.length} answers, ${DESCRIBED_OPERATIONS.length} operations, ${cells.size} cells`);
  return lines.join('\n');
}
