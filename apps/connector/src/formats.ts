import { FormatRegistry, type Static, type TSchema, TypeRegistry } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

// The contract names these two formats; TypeBox refuses a format it was not told of.
FormatRegistry.Set('uuid', (value) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value));
FormatRegistry.Set('date-time', (value) => !Number.isNaN(Date.parse(value)));
// `oneOf` of the contract: a JSON schema with `enum` and nothing else.
TypeRegistry.Set<{ enum: readonly unknown[] }>('Unsafe', (schema, value) => schema.enum.includes(value));

/** The value as its schema says, without fields that only a newer hub knows; null when it is something else. */
export function parseAs<S extends TSchema>(schema: S, value: unknown): Static<S> | null {
  const known = Value.Clean(schema, structuredClone(value));
  return Value.Check(schema, known) ? known : null;
}

/** JSON, or undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
