import type { Fault, FaultEffect } from '../fault.ts';
import { DEFAULT_SWITCHES, type Switches } from '../switches.ts';
import { type App, type Right, type SandboxClient, SERVICES, sandboxClient } from '../world.ts';
import type { SessionFilter } from './control.ts';

/** A field of a control call that does not fit; the message names it. */
export class BadInput extends Error {
  constructor(field: string) {
    super(`missing or wrong: ${field}`);
    this.name = 'BadInput';
  }
}

type Fields = Record<string, unknown>;

const RIGHTS: readonly Right[] = ['documents', 'personnel-documents', 'postings', 'invoices', 'export'];
const SWITCH_VALUES: { [K in keyof Switches]: readonly Switches[K][] } = {
  duplicateRule: ['name+type', 'name+type+bytes'],
  checkOrder: ['guid-first', 'duplicate-first'],
  guidVersion: [2, 4],
  missingStock: ['DCO01019', '404'],
  emptyClientList: [403, 404],
  typing: ['schema', 'examples', 'mixed'],
  refreshExpiresIn: [true, false],
  longTermSlides: [true, false],
};

export function readSwitches(body: unknown): Partial<Switches> {
  const fields = object(body, 'switches');
  for (const [name, value] of Object.entries(fields)) {
    const allowed: readonly unknown[] | undefined = isSwitch(name) ? SWITCH_VALUES[name] : undefined;
    if (allowed === undefined || !allowed.includes(value)) throw new BadInput(`switch ${name}`);
  }
  return fields;
}

function isSwitch(name: string): name is keyof Switches {
  return Object.hasOwn(DEFAULT_SWITCHES, name);
}

export function readFault(body: unknown): Fault {
  const fields = fieldsOf(body, 'fault', ['operation', 'clientId', 'effect', 'times', 'share', 'forMilliseconds']);
  const { operation, clientId } = fields;
  const fault: Fault = { effect: readEffect(fields['effect']) };
  if (operation !== undefined)
    fault.operation = typeof operation === 'string' ? operation : strings(operation, 'operation');
  if (clientId !== undefined) fault.clientId = string(clientId, 'clientId');
  const times = optionalNumber(fields, 'times', 1, Number.MAX_SAFE_INTEGER);
  if (times !== undefined) fault.times = times;
  const share = optionalNumber(fields, 'share', 0, 1);
  if (share !== undefined) fault.share = share;
  const duration = optionalNumber(fields, 'forMilliseconds', 0, Number.MAX_SAFE_INTEGER);
  if (duration !== undefined) fault.forMilliseconds = duration;
  return fault;
}

const EFFECT_FIELDS = ['kind', 'when', 'milliseconds', 'code', 'status', 'shape', 'retryAfterSeconds', 'processed'];

function readEffect(value: unknown): FaultEffect {
  const fields = fieldsOf(value, 'effect', EFFECT_FIELDS);
  const processed = fields['processed'] === true ? { processed: true } : {};
  switch (fields['kind']) {
    case 'cut': {
      const { when } = fields;
      if (when !== 'before' && when !== 'after' && when !== 'during') throw new BadInput('effect.when');
      return { kind: 'cut', when };
    }
    case 'delay':
      return { kind: 'delay', milliseconds: number(fields, 'milliseconds', 0, 600_000) };
    case 'error': {
      const status = optionalNumber(fields, 'status', 400, 599);
      return {
        kind: 'error',
        code: string(fields['code'], 'effect.code'),
        ...(status === undefined ? {} : { status }),
        ...processed,
      };
    }
    case 'status': {
      const retryAfterSeconds = optionalNumber(fields, 'retryAfterSeconds', 0, 86_400);
      const shape = readShape(fields['shape']);
      return {
        kind: 'status',
        status: number(fields, 'status', 200, 599),
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
        ...(shape === undefined ? {} : { shape }),
        ...processed,
      };
    }
    default:
      throw new BadInput('effect.kind');
  }
}

const SHAPES = ['fitting', 'problem', 'problem-ade', 'error-message', 'gateway', 'html', 'empty'] as const;

function readShape(value: unknown): (typeof SHAPES)[number] | undefined {
  if (value === undefined) return undefined;
  const shape = SHAPES.find((known) => known === value);
  if (shape === undefined) throw new BadInput('effect.shape');
  return shape;
}

export function readFilter(value: unknown): SessionFilter {
  if (value === undefined) return {};
  const fields = fieldsOf(value, 'filter', ['person', 'app', 'boundTo', 'mode']);
  const filter: SessionFilter = {};
  for (const name of ['person', 'app', 'boundTo'] as const) {
    if (fields[name] !== undefined) filter[name] = string(fields[name], name);
  }
  const { mode } = fields;
  if (mode === 'session' || mode === 'long-term') filter.mode = mode;
  else if (mode !== undefined) throw new BadInput('mode');
  return filter;
}

export function readRights(value: unknown): Right[] {
  return strings(value, 'rights').map((name) => {
    const right = RIGHTS.find((known) => known === name);
    if (right === undefined) throw new BadInput(`right ${name}`);
    return right;
  });
}

const CLIENT_FIELDS = [
  'name',
  'services',
  'stock',
  'duo',
  'belegfreigabe',
  'datevPersonal',
  'accountBasicsConsistent',
  'documentTypes',
];

export function readClient(body: unknown): SandboxClient {
  const { consultantNumber, clientNumber, ...patch } = object(body, 'client');
  const numbers = { consultantNumber, clientNumber };
  return sandboxClient({
    consultantNumber: number(numbers, 'consultantNumber', 1000, 9_999_999),
    clientNumber: number(numbers, 'clientNumber', 1, 99_999),
    name: string(patch['name'], 'name'),
    ...readClientPatch(patch),
  });
}

export function readClientPatch(body: unknown): Partial<Omit<SandboxClient, 'consultantNumber' | 'clientNumber'>> {
  const fields = fieldsOf(body, 'client', CLIENT_FIELDS);
  const patch: Partial<Omit<SandboxClient, 'consultantNumber' | 'clientNumber'>> = {};
  for (const name of ['stock', 'belegfreigabe', 'datevPersonal', 'accountBasicsConsistent'] as const) {
    const value = fields[name];
    if (value === undefined) continue;
    if (typeof value !== 'boolean') throw new BadInput(name);
    patch[name] = value;
  }
  const { duo, name } = fields;
  if (duo === 'now' || duo === 'next') patch.duo = duo;
  else if (duo !== undefined) throw new BadInput('duo');
  if (name !== undefined) patch.name = string(name, 'name');
  if (fields['services'] !== undefined) patch.services = strings(fields['services'], 'services').map(readService);
  if (fields['documentTypes'] !== undefined)
    patch.documentTypes = list(fields['documentTypes'], 'documentTypes').map(readType);
  return patch;
}

function readService(name: string): SandboxClient['services'][number] {
  const known = Object.keys(SERVICES).find((service) => service === name);
  if (known === undefined || !isService(known)) throw new BadInput(`service ${name}`);
  return known;
}

function isService(name: string): name is SandboxClient['services'][number] {
  return Object.hasOwn(SERVICES, name);
}

const CATEGORIES = [
  'invoices_received',
  'outgoing_invoices',
  'personnel_documents',
  'travel_expense_documents',
  'other_documents',
] as const;

function readType(value: unknown): SandboxClient['documentTypes'][number] {
  const fields = object(value, 'documentTypes');
  const category = CATEGORIES.find((known) => known === fields['category']);
  if (category === undefined) throw new BadInput('documentTypes.category');
  const { debitCreditIdentifier: side } = fields;
  if (side !== undefined && side !== 'debit' && side !== 'credit')
    throw new BadInput('documentTypes.debitCreditIdentifier');
  return {
    name: string(fields['name'], 'documentTypes.name'),
    category,
    ...(side === undefined ? {} : { debitCreditIdentifier: side }),
  };
}

export function readApp(body: unknown): App {
  const fields = object(body, 'app');
  return {
    clientId: string(fields['clientId'], 'clientId'),
    clientSecret: string(fields['clientSecret'], 'clientSecret'),
    name: string(fields['name'], 'name'),
    redirectUris: strings(fields['redirectUris'], 'redirectUris'),
    scopes: strings(fields['scopes'], 'scopes'),
  };
}

export function object(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new BadInput(name);
  return Object.fromEntries(Object.entries(value));
}

/** A slip in a field's name would otherwise change nothing, or more than was meant (`time` for `times`: every call, for ever). */
export function fieldsOf(value: unknown, name: string, names: readonly string[]): Fields {
  const fields = object(value, name);
  const unknown = Object.keys(fields).find((key) => !names.includes(key));
  if (unknown !== undefined) throw new BadInput(`${name}: no field ${unknown}`);
  return fields;
}

function list(value: unknown, name: string): unknown[] {
  if (!Array.isArray(value)) throw new BadInput(name);
  return value;
}

function strings(value: unknown, name: string): string[] {
  return list(value, name).map((entry) => string(entry, name));
}

export function string(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw new BadInput(name);
  return value;
}

export function number(fields: Fields, name: string, min: number, max: number): number {
  const value = optionalNumber(fields, name, min, max);
  if (value === undefined) throw new BadInput(name);
  return value;
}

export function optionalNumber(fields: Fields, name: string, min: number, max: number): number | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !(value >= min && value <= max)) throw new BadInput(name);
  return value;
}
