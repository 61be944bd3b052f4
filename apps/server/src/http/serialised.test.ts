import { Type as T, type TProperties, type TSchema } from '@sinclair/typebox';
import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { serialised } from './serialised.ts';

// As the contract says them.
const object = <P extends TProperties>(properties: P) => T.Object(properties, { additionalProperties: false });
const nullable = <S extends TSchema>(schema: S) => T.Union([schema, T.Null()]);

const inner = object({ state: T.String(), since: nullable(T.String({ format: 'date-time' })) });
const schema = object({
  text: nullable(T.String()),
  count: nullable(T.Integer()),
  flag: nullable(T.Boolean()),
  inner: nullable(inner),
  list: T.Array(nullable(inner)),
  either: T.Union([T.Object({ kind: T.Literal('one') }), T.Object({ kind: T.Literal('two'), more: T.String() })]),
});
const since = '2026-03-02T08:00:00.000Z';
const full = {
  text: 'x "y"',
  count: 0,
  flag: false,
  inner: { state: 'a', since },
  list: [{ state: 'b', since: null }, null],
};
const empty = { text: null, count: null, flag: null, inner: null, list: [] };

async function answered(value: object, shape: TSchema): Promise<unknown> {
  const app = Fastify();
  app.get('/', { schema: { response: { 200: shape } } }, async () => value);
  return (await app.inject('/')).json();
}

it('writes what the contract’s own schema writes, null as null, and nothing that it does not name', async () => {
  for (const given of [
    { ...full, either: { kind: 'two', more: 'm' } },
    { ...empty, either: { kind: 'one' } },
  ]) {
    const secret = { ...given, secret: 1, ...(given.inner ? { inner: { ...given.inner, secret: 2 } } : {}) };
    expect(await answered(secret, serialised(schema))).toEqual(given);
    expect(await answered(given, schema)).toEqual(given);
  }
});

it('leaves no choice of something or null to be validated', () => {
  expect(JSON.stringify(serialised(nullable(inner)))).not.toContain('anyOf');
  expect(serialised(schema)['properties'].either.anyOf).toHaveLength(2);
});
