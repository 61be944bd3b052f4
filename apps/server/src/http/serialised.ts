import type { TSchema } from '@sinclair/typebox';

/**
 * An answer's schema as the serialiser writes it quickest: "this or null" said as `nullable`. Said as a choice, as the contract does, each
 * such value is validated before it is written, which took a third of the serialiser's time for a list of 1,000 Mandanten.
 */
export function serialised(schema: TSchema): TSchema {
  return rewrite(schema) as TSchema; // the same schema, said differently
}

function rewrite(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewrite);
  if (typeof value !== 'object' || value === null) return value;
  const { anyOf, ...rest } = value as { anyOf?: unknown[] };
  const [one, other] = anyOf ?? [];
  if (anyOf?.length === 2 && isTyped(one) && isTyped(other) && other.type === 'null')
    return { ...rest, ...(rewrite(one) as object), nullable: true };
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, rewrite(each)]));
}

function isTyped(value: unknown): value is { type: string } {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
