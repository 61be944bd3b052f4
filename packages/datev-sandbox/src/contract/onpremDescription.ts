import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Json, json } from './description.ts';

const root = fileURLToPath(new URL('../../../../../shared/datev-openapi/', import.meta.url));

/** DATEV's descriptions of the interfaces on a firm's server, and which of their reads the sandbox has. */
const files = {
  accounting: { version: 'v1', file: 'onprem-accounting-1.7.4.4.json', has: /./ },
  'master-data': { version: 'v1', file: 'onprem-client-master-data-1.7.1.json', has: clientsAlone() },
  dms: { version: 'v2', file: 'onprem-document-management-2.3.1.json', has: /./ },
  iam: { version: 'v1', file: 'onprem-iam-user-administration-1.1.2.json', has: /^\/Users/ },
  diagnostics: { version: 'v1', file: 'onprem-diagnostics-1.1.2.json', has: /./ },
} as const;
type Domain = keyof typeof files;
// `files` is written above with exactly these keys.
const domains = Object.keys(files) as Domain[];

/** Clients without what hangs on them (responsibilities, categories, groups). */
function clientsAlone(): RegExp {
  return /^\/clients(\/\{client-id\}|\/deletion-log|\/next-free-number)?$/;
}

/** One read as DATEV describes it. */
export type DescribedRead = {
  domain: Domain;
  /** With names in braces, below `/datev/api`. */
  path: string;
  query: readonly string[];
  /** Status → closed schema of its JSON body; undefined: none described. */
  statuses: ReadonlyMap<number, Json | undefined>;
};

/** DATEV's descriptions may not be part of this repository; without them the contract cannot be checked here. */
export const onPremDescriptionsExist = () => domains.every((domain) => existsSync(root + files[domain].file));

/** Reads that are described: those the sandbox has, and those it has not. */
export function readOnPremDescriptions(): { reads: DescribedRead[]; missing: string[] } {
  const reads: DescribedRead[] = [];
  const missing: string[] = [];
  for (const domain of domains) {
    const { version, file, has } = files[domain];
    const document: Json = json(JSON.parse(readFileSync(root + file, 'utf8')));
    for (const [path, operations] of Object.entries(json(document['paths']))) {
      const full = `/${domain}/${version}${path}`;
      if (!('get' in json(operations))) continue;
      if (has.test(path)) reads.push(describe(document, domain, full, json(operations)));
      else missing.push(full);
    }
  }
  return { reads, missing };
}

function describe(document: Json, domain: Domain, path: string, operations: Json): DescribedRead {
  const operation = json(operations['get']);
  const parameters = [...listed(operation['parameters']), ...listed(operations['parameters'])].map((one) =>
    resolved(document, json(one)),
  );
  const query = parameters.filter((one) => one['in'] === 'query').map((one) => String(one['name']));
  // Nothing here fails inside, and that body's schema holds itself.
  const answers = Object.entries(json(operation['responses'])).filter(([status]) => status !== '500');
  const statuses = answers.map(([status, response]) => {
    const answer = resolved(document, json(response));
    const content = Object.values(json(answer['content'])).map(json)[0];
    const schema = content?.['schema'] ?? answer['schema'];
    return [Number(status), schema === undefined ? undefined : flat(document, json(schema))] as const;
  });
  return { domain, path, query, statuses: new Map(statuses) };
}

const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function resolved(document: Json, value: Json): Json {
  const { $ref: ref } = value;
  if (typeof ref !== 'string') return value;
  const found = ref
    .slice(2)
    .split('/')
    .reduce<unknown>((inner, name) => json(inner)[name], document);
  return resolved(document, json(found));
}

/**
 * The schema with references put in, parts of `allOf` made one, and objects closed, so that an unknown field is an error. Where a schema
 * holds itself, anything goes.
 */
function flat(document: Json, given: Json, within: readonly unknown[] = []): Json {
  const { $ref: ref } = given;
  if (typeof ref === 'string' && within.includes(ref)) return {};
  const inner = (one: unknown) => flat(document, json(one), [...within, ref]);
  const schema = resolved(document, given);
  const parts = listed(schema['allOf']).map(inner);
  const own = Object.entries(json(schema['properties'])).map(([name, one]) => [name, inner(one)] as const);
  const properties = Object.assign({}, ...parts.map((part) => json(part['properties'])), Object.fromEntries(own));
  const { allOf: _parts, required: _required, example: _example, ...rest } = schema;
  // What is required is required of who writes (onprem.md B.4): reads leave out what is empty.
  const closed = Object.keys(properties).length > 0 ? { type: 'object', properties, additionalProperties: false } : {};
  return { ...rest, ...closed, ...(schema['items'] === undefined ? {} : { items: inner(schema['items']) }) };
}
