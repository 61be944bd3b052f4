import type { TSchema } from '@sinclair/typebox';

const formats: Readonly<Record<string, string>> = {
  uuid: '00000000-0000-4000-8000-000000000000',
  email: 'jemand@example.com',
  date: '2026-01-01',
  'date-time': '2026-01-01T00:00:00.000Z',
  uri: 'https://example.com',
};

/** The smallest value that a schema of the contract accepts: optional members are left out. */
export function exampleOf(schema: TSchema): unknown {
  // Schemas are JSON Schema objects; which keywords they have is looked at here.
  const given = schema as Record<string, unknown> & {
    type?: string;
    enum?: unknown[];
    anyOf?: TSchema[];
    const?: unknown;
    properties?: Record<string, TSchema>;
    required?: string[];
    items?: TSchema;
    minItems?: number;
    minimum?: number;
    minLength?: number;
    format?: string;
    pattern?: string;
    examples?: unknown[];
  };
  if (given.examples) return given.examples[0];
  if (given.enum) return given.enum[0];
  if (given.const !== undefined) return given.const;
  if (given.anyOf?.[0]) return exampleOf(given.anyOf[0]);
  switch (given.type) {
    case 'object':
      return Object.fromEntries(
        (given.required ?? []).map((name) => {
          const member = given.properties?.[name];
          return [name, member ? exampleOf(member) : null];
        }),
      );
    case 'array':
      return given.items && (given.minItems ?? 0) > 0 ? [exampleOf(given.items)] : [];
    case 'integer':
    case 'number':
      return given.minimum ?? 1;
    case 'boolean':
      return false;
    case 'null':
      return null;
    default:
      if (given.format) return formats[given.format] ?? '';
      if (given.pattern?.includes('0-9a-f')) return 'a'.repeat(64);
      return 'x'.repeat(Math.max(given.minLength ?? 1, 1));
  }
}
