import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** JSON objects of an OpenAPI file, read without trusting their shape. */
export type Json = Record<string, unknown>;

/** One operation as DATEV describes it. */
export type Described = {
  /** Status → schema of its JSON body (undefined: none described) and example bodies. */
  statuses: Map<number, { schema: Json | undefined; examples: unknown[]; codes: string[] }>;
};

const ROOT = fileURLToPath(new URL('../../../../../shared/datev-openapi/', import.meta.url));
const FILES = {
  clients: `${ROOT}online-accounting-clients-2.0.json`,
  documents: `${ROOT}online-accounting-documents-2.1.12.json`,
} as const;

/** The sandbox's operation → which file, method and path describe it. */
const OPERATIONS: Record<string, [keyof typeof FILES, string, string]> = {
  'clients.list': ['clients', 'get', '/clients'],
  'clients.get': ['clients', 'get', '/clients/{client-id}'],
  'documents.clients.list': ['documents', 'get', '/clients'],
  'documents.clients.get': ['documents', 'get', '/clients/{client-id}'],
  'documents.document-types': ['documents', 'get', '/clients/{client-id}/document-types'],
  'documents.duo-version': ['documents', 'get', '/clients/{client-id}/duo-version'],
  'documents.post': ['documents', 'post', '/clients/{client-id}/documents'],
  'documents.put': ['documents', 'put', '/clients/{client-id}/documents/{document-id}'],
  'documents.stapled': ['documents', 'put', '/clients/{client-id}/documents/stapled'],
};

export const DESCRIBED_OPERATIONS: readonly string[] = Object.keys(OPERATIONS);

/** DATEV's descriptions may not be part of this repository; without them the contract cannot be checked here. */
export function descriptionsExist(): boolean {
  return Object.values(FILES).every((file) => existsSync(file));
}

export function readDescriptions(): { files: Record<string, Json>; operations: Map<string, Described> } {
  const files = Object.fromEntries(
    Object.entries(FILES).map(([name, file]) => [name, json(JSON.parse(readFileSync(file, 'utf8')))]),
  );
  const operations = new Map(
    Object.entries(OPERATIONS).map(([name, [file, method, path]]) => {
      const operation = json(at(files[file], 'paths', path, method));
      return [name, { statuses: readStatuses(files[file], file, operation) }];
    }),
  );
  return { files, operations };
}

function readStatuses(file: Json | undefined, name: string, operation: Json): Described['statuses'] {
  const statuses: Described['statuses'] = new Map();
  for (const [status, given] of Object.entries(json(operation['responses']))) {
    const response = resolve(file, json(given));
    const text = typeof response['description'] === 'string' ? response['description'] : '';
    const contents = Object.values(json(response['content'])).map(json);
    const schema = contents.map((content) => content['schema']).find((value) => value !== undefined);
    const examples: unknown[] = contents
      .flatMap((content) => [content['example'], content['x-example']])
      .filter((value) => value !== undefined);
    if (Number(status) < 300) examples.push(...examplesInText(operation['description'], Number(status)));
    statuses.set(Number(status), {
      schema: schema === undefined ? errorSchema(name, Number(status), text) : json(schema),
      // Error examples of accounting:documents are wrapped in a list although the body is an object.
      examples: Number(status) >= 400 ? examples.flat() : examples,
      codes: [...new Set(text.match(/DCO\d{5}|\b10088\d\d\b/g) ?? [])],
    });
  }
  return statuses;
}

/** Error bodies of accounting:documents are described in prose only, but all in the one shape that the file defines. */
function errorSchema(file: string, status: number, text: string): Json | undefined {
  if (status < 400) return undefined;
  if (file === 'documents') return { $ref: '#/components/schemas/ErrorMessage' };
  return /10088\d\d/.test(text) ? { $ref: '#/components/schemas/ProblemDetails' } : undefined;
}

/** Answers shown in an operation's description: an HTTP status line, headers, a JSON body. */
function examplesInText(description: unknown, status: number): unknown[] {
  if (typeof description !== 'string') return [];
  const found: unknown[] = [];
  for (const [, block = ''] of description.matchAll(/```json([\s\S]*?)```/g)) {
    const start = block.search(/[[{]/);
    if (start < 0 || !block.includes(`HTTP/1.1 ${status}`)) continue;
    try {
      found.push(JSON.parse(block.slice(start)));
    } catch {
      // Some of the examples are not well-formed; they cannot be compared with.
    }
  }
  return found;
}

function resolve(file: Json | undefined, value: Json): Json {
  const { $ref: ref } = value;
  return typeof ref === 'string' ? json(at(file, ...ref.slice(2).split('/'))) : value;
}

export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((inner, key) => json(inner)[key], value);
}

export function json(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}
