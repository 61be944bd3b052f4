import type { Endpoint } from '@bruecke/contract';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { refuse } from '../refusal.ts';

const options = { allErrors: true, removeAdditional: false, useDefaults: true } as const;
// Addresses carry text only, so numbers and booleans there are read from text; a JSON body says what it means.
const lenient = new Ajv({ ...options, coerceTypes: 'array' });
const strict = new Ajv(options);
// ajv-formats ships CommonJS whose types call the function "default".
const addFormats = formats as unknown as (ajv: Ajv) => void;
addFormats(lenient);
addFormats(strict);

export type Part = 'params' | 'query' | 'body';

/** Compiles an endpoint's schemas once. What does not fit is refused with one line per field; a path that can't be an id is not there. */
export function validatorOf(endpoint: Endpoint): (part: Part, value: unknown) => void {
  const compiled: Partial<Record<Part, ValidateFunction>> = {};
  if (endpoint.params) compiled.params = lenient.compile(endpoint.params);
  if (endpoint.query) compiled.query = lenient.compile(endpoint.query);
  if (endpoint.body) compiled.body = strict.compile(endpoint.body);
  return (part, value) => {
    const validate = compiled[part];
    if (!validate || validate(value)) return;
    if (part === 'params') throw refuse('not_found');
    throw refuse('invalid_input', {
      fields: (validate.errors ?? []).slice(0, 50).map((error) => ({
        path: [part === 'query' ? 'query' : '', ...error.instancePath.split('/')].filter(Boolean).join('.') || '(body)',
        message: error.message ?? error.keyword,
      })),
    });
  };
}
