import { Ajv, type ValidateFunction } from 'ajv';
import { route } from '../operations.ts';
import { at, type Described, descriptionsExist, type Json, json, readDescriptions } from './description.ts';
import { EXTRA_CODES, EXTRA_STATUSES, GATEWAY_STATUSES, NEVER_SENT, OPTIONAL_PATHS } from './deviations.ts';

/** One answer of the sandbox to one of the described operations. */
export type Given = { operation: string; status: number; contentType: string; text: string };

export type Contract = {
  operations: Map<string, Described>;
  /** What is wrong with an answer; empty when nothing is. */
  check(given: Given): string[];
  /** Success properties that the schema of an operation has, as paths. */
  schemaPaths(operation: string, status: number): string[];
};

let contract: Contract | undefined;

/** DATEV's contract, or undefined where the descriptions are not at hand. */
export function loadContract(): Contract | undefined {
  if (contract === undefined && descriptionsExist()) contract = createContract();
  return contract;
}

/** The answer of a `fetch` as the check wants it; undefined for calls that no description covers (login). */
export async function describeAnswer(request: Request, response: Response): Promise<Given | undefined> {
  const found = route(request.method, new URL(request.url).pathname);
  if (found.kind !== 'operation' || found.operation.startsWith('login.')) return undefined;
  const text = await textOf(response);
  if (text === undefined) return undefined;
  const contentType = response.headers.get('content-type') ?? '';
  return { operation: found.operation, status: response.status, contentType, text };
}

/** undefined when the connection breaks within the body: there is nothing to hold against a description. */
async function textOf(response: Response): Promise<string | undefined> {
  try {
    return await response.clone().text();
  } catch {
    return undefined;
  }
}

function createContract(): Contract {
  const { files, operations } = readDescriptions();
  const ajv = new Ajv({ strict: false, coerceTypes: true, allErrors: true });
  ajv.addFormat('date', /^\d{4}-\d\d-\d\d(T00:00:00\.000Z)?$/);
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/);
  ajv.addFormat('int32', {
    type: 'number',
    validate: (value: number) => Number.isInteger(value) && Math.abs(value) < 2 ** 31,
  });
  ajv.addFormat('int64', { type: 'number', validate: (value: number) => Number.isSafeInteger(value) });
  ajv.addFormat('binary', true);
  for (const [name, file] of Object.entries(files))
    ajv.addSchema({ $id: name, components: closed(file['components']) });

  const compiled = new Map<string, ValidateFunction>();
  function validator(operation: string, status: number, schema: Json): ValidateFunction {
    const key = `${operation} ${status}`;
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const file = operation.startsWith('clients.') ? 'clients' : 'documents';
    const made = ajv.compile(json(absolute(closed(schema), file)));
    compiled.set(key, made);
    return made;
  }

  return {
    operations,
    check: (given) => checkAnswer(operations, validator, given),
    schemaPaths: (operation, status) => {
      const schema = operations.get(operation)?.statuses.get(status)?.schema;
      const file = files[operation.startsWith('clients.') ? 'clients' : 'documents'];
      return schema === undefined ? [] : [...pathsOfSchema(file, schema)];
    },
  };
}

function checkAnswer(
  operations: Map<string, Described>,
  validator: (operation: string, status: number, schema: Json) => ValidateFunction,
  given: Given,
): string[] {
  const { operation, status, text, contentType } = given;
  const described = operations.get(operation)?.statuses.get(status);
  if (described === undefined) {
    const known = EXTRA_STATUSES.some((extra) => extra.operation.test(operation) && extra.status === status);
    return known ? [] : [`${operation}: status ${status} is not described`];
  }
  if (text === '') return described.schema !== undefined && status < 400 ? [`${operation} ${status}: empty body`] : [];
  if (!contentType.startsWith('application/json')) return [`${operation} ${status}: content type ${contentType}`];
  const body: unknown = JSON.parse(text);
  if (GATEWAY_STATUSES.includes(status) && 'httpCode' in json(body)) return [];
  if (described.schema === undefined) return [`${operation} ${status}: a body where none is described`];

  const problems: string[] = [];
  const validate = validator(operation, status, described.schema);
  if (!validate(JSON.parse(text))) {
    problems.push(
      ...(validate.errors ?? []).map(
        (error) =>
          `${operation} ${status}: ${error.instancePath} ${error.message ?? ''} ${JSON.stringify(error.params)}`,
      ),
    );
  }
  problems.push(
    ...emptier(described.examples, body, status).map(
      (path) => `${operation} ${status}: ${path} is in the example, not in the answer`,
    ),
  );
  const code = /DCO\d{5}/.exec(text)?.[0];
  if (code !== undefined && !described.codes.includes(code) && described.codes.length > 0) {
    const known = EXTRA_CODES.some((extra) => extra.operation === operation && extra.code === code);
    if (!known) problems.push(`${operation} ${status}: code ${code} is not described`);
  }
  return problems;
}

/** Paths of the nearest example that the answer lacks. Error answers may follow any one example, the bare one included. */
function emptier(examples: unknown[], body: unknown, status: number): string[] {
  if (Array.isArray(body) && body.length === 0) return [];
  const have = pathsOf(body);
  const optional = OPTIONAL_PATHS.map((entry) => entry.path);
  const lacks = examples.map((example) =>
    [...pathsOf(example)].filter((path) => !have.has(path) && !optional.includes(path) && !isBelowEmpty(path, body)),
  );
  if (status < 400) return [...new Set(lacks.flat())];
  return 'request_id' in json(body) && have.size === 1 ? [] : (lacks.sort((a, b) => a.length - b.length)[0] ?? []);
}

/** A list may be empty in an answer (no fiscal years); then nothing below it can be there. */
function isBelowEmpty(path: string, body: unknown): boolean {
  const cut = path.indexOf('[].');
  if (cut <= 0) return false;
  const list = at(body, path.slice(0, cut));
  return Array.isArray(list) && list.length === 0;
}

/** `a`, `a.b`, `a[].c` … of a value; of a list, what all elements have. */
export function pathsOf(value: unknown, prefix = ''): Set<string> {
  const found = new Set<string>();
  if (Array.isArray(value)) {
    const each = value.map((item) => pathsOf(item, `${prefix}[]`));
    for (const path of each[0] ?? []) if (each.every((paths) => paths.has(path))) found.add(path);
    return found;
  }
  for (const [key, inner] of Object.entries(json(value))) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    found.add(path);
    for (const deeper of pathsOf(inner, path)) found.add(deeper);
  }
  return found;
}

function pathsOfSchema(file: Json | undefined, schema: Json, prefix = ''): Set<string> {
  const { $ref: ref } = schema;
  const resolved = typeof ref === 'string' ? json(at(file, ...ref.slice(2).split('/'))) : schema;
  const found = new Set<string>();
  if (resolved['type'] === 'array') return pathsOfSchema(file, json(resolved['items']), `${prefix}[]`);
  for (const [key, inner] of Object.entries(json(resolved['properties']))) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if (NEVER_SENT.includes(path)) continue;
    found.add(path);
    for (const deeper of pathsOfSchema(file, json(inner), path)) found.add(deeper);
  }
  return found;
}

/** The schema with every object closed, so that an unknown field is an error. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, closed(inner)]));
  return 'properties' in copy && !('$ref' in copy) && copy['type'] === 'object'
    ? { ...copy, additionalProperties: false }
    : copy;
}

/** `#/components/…` as a reference into the named file. */
function absolute(value: unknown, file: string): unknown {
  if (Array.isArray(value)) return value.map((inner) => absolute(inner, file));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string' && inner.startsWith('#') ? `${file}${inner}` : absolute(inner, file),
    ]),
  );
}
