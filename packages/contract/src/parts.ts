import {
  acceptedMediaTypes,
  assignmentFunctions,
  connectionStates,
  consultantNumberPattern,
  deliveryPhases,
  figuresActors,
  figuresStates,
  figuresSteps,
  rights,
  voucherRemarks,
  voucherStatuses,
} from '@bruecke/model';
import { type Static, Type as T, type TSchema } from '@sinclair/typebox';

/** One of a list of strings of the model. */
export const oneOf = <const L extends readonly string[]>(list: L) =>
  T.Unsafe<L[number]>({ type: 'string', enum: [...list] });
export const nullable = <S extends TSchema>(schema: S) => T.Union([schema, T.Null()]);
export const object = <P extends Record<string, TSchema>>(properties: P) =>
  T.Object(properties, { additionalProperties: false });

/** One UTF-16 unit or pair of a text that UTF-8 can hold, except the characters given. Says the same with and without the flag `u`. */
const unitsExcept = (characters: string) => `(?:[^${characters}\\ud800-\\udfff]|[\\ud800-\\udbff][\\udc00-\\udfff])*`;
/** Blanks, and what takes no place at all: soft hyphen, zero-width characters, marks of direction. */
const unseen = '\\s\\u00ad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff';
const linePattern = `^(?=.*[^${unseen}])${unitsExcept('\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029')}$`;
const wordsPattern = `^${unitsExcept('\\u0000')}$`;

/** A name or anything else that people read in one line: something to see in it, no control characters, no half characters. */
export const line = (maxLength: number, minLength = 1) => T.String({ minLength, maxLength, pattern: linePattern });
/** What is looked for, or told by a program: may be blank, but everything the database can hold. */
export const words = (maxLength: number) => T.String({ maxLength, pattern: wordsPattern });

/** The format alone also takes upper case and `urn:uuid:`, which are other texts than the id. */
export const id = T.String({
  format: 'uuid',
  pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
  description: 'UUID, lower case',
});
export const time = T.String({ format: 'date-time', description: 'ISO 8601, UTC' });
/** PostgreSQL knows no year 0. */
export const date = T.String({ format: 'date', pattern: '^(?!0000)', description: 'ISO 8601, YYYY-MM-DD' });
export const email = T.String({ format: 'email', maxLength: 254 });
export const personName = line(120);
export const orgName = line(160);
export const password = T.String({ minLength: 1, maxLength: 256 });
export const consultantNumber = T.Integer({
  minimum: 1000,
  maximum: 9999999,
  description: `Beraternummer, ${consultantNumberPattern}`,
});
export const mandantNumber = T.Integer({ minimum: 1, maximum: 99999, description: 'Mandantennummer, 1–5 digits' });
export const linkToken = T.String({ minLength: 20, maxLength: 200 });
export const language = oneOf(['de', 'en']);
export const right = oneOf(rights);
export const firmRole = oneOf(['admin', 'user']);
export const memberRole = oneOf(['admin', 'user']);
export const assignmentFunction = oneOf(assignmentFunctions);
export const voucherStatus = oneOf(voucherStatuses);
/** Delivered by the word of a person alone: DATEV has not confirmed it, and there is no receipt. */
export const settled = T.Boolean();
export const voucherRemark = oneOf(voucherRemarks);
export const deliveryPhase = oneOf(deliveryPhases);
export const mediaType = oneOf(acceptedMediaTypes);
export const connectionState = oneOf(connectionStates);
export const sha256 = T.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256, lower-case hex' });
/** Long enough for a name of 160 characters in it. */
export const cursor = T.String({ maxLength: 1000, pattern: '^[A-Za-z0-9_-]*$' });
export const month = T.String({ pattern: '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$' });

/** How the figures of a Mandant come home (DATEVconnect), said in one word, with the next step and who can take it. */
export const figuresConnection = object({
  state: oneOf(figuresStates),
  since: nullable(time),
  /** Everything booked at DATEV before this time is in the figures. */
  stand: nullable(time),
  nextStep: oneOf(figuresSteps),
  whoCanAct: oneOf(figuresActors),
});

export const mandantParams = object({ mandantId: id });
export const firmParams = object({ firmId: id });

/** Who did something: a person by name as far as the reader may know it, a rule, or the system. */
export const actor = object({
  kind: oneOf(['person', 'apiKey', 'rule', 'system']),
  id: nullable(id),
  name: nullable(T.String()),
});

/** RFC 9457 problem details with our stable code, both sentences, the next step and who can take it. */
export const problem = object({
  type: T.String(),
  title: T.String(),
  status: T.Integer(),
  code: T.String({ description: 'Stable; texts may change' }),
  requestId: T.String(),
  messages: object({ de: T.String(), en: T.String() }),
  next: object({ de: T.String(), en: T.String() }),
  whoCanAct: oneOf(['you', 'firmAdmin', 'mandantAdmin', 'eitherAdmin', 'operator', 'nobody']),
  detail: T.Optional(object({ de: T.String(), en: T.String() })),
  helpUrl: T.Optional(T.String()),
  fields: T.Optional(T.Array(object({ path: T.String(), message: T.String() }))),
  retryAfterSeconds: T.Optional(T.Integer()),
  /** Of `part_gap`: the number of the part that is expected next. */
  expected: T.Optional(T.Integer()),
});
export type Problem = Static<typeof problem>;
