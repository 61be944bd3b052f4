import type { State } from '../state.ts';
import { clientIdOf, type DocumentType, isSpecialType, type Person, type SandboxClient } from '../world.ts';
import type { DocumentCode } from './errors.ts';
import type { Part } from './multipart.ts';

/** Metadata that passed every rule. */
export type Metadata = {
  documentType?: string;
  note?: string;
  repository?: [string, string, string];
  sequence?: { firstGuid?: string; position?: number };
};

const LIMITS: readonly [string, number, DocumentCode][] = [
  ['note', 255, 'DCO01223'],
  ['category', 30, 'DCO01224'],
  ['folder', 30, 'DCO01225'],
  ['register', 30, 'DCO01226'],
  ['document_type', 30, 'DCO01227'],
];

/** The two JSON parts of an upload (cloud.md B.2). Both are optional; unknown keys are ignored. */
export function readMetadata(
  parts: readonly Part[],
  client: SandboxClient,
  person: Person,
): Metadata | { refused: DocumentCode } {
  const given = jsonPart(parts, 'metadata');
  const custom = jsonPart(parts, 'custom_metadata');
  if (given === 'broken' || custom === 'broken') return { refused: 'DCO01217' };
  const texts = new Map<string, string>();
  for (const [key, limit, code] of LIMITS) {
    const value = given[key];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string') return { refused: 'DCO01217' };
    if ([...value].length > limit) return { refused: code };
    texts.set(key, value);
  }
  const levels = [texts.get('category') ?? '', texts.get('folder') ?? '', texts.get('register') ?? ''] as const;
  const filled = levels.filter((level) => level !== '').length;
  // "All three or none" has no code of its own in DATEV's list; this one says that a mandatory parameter is missing.
  if (filled > 0 && filled < 3) return { refused: 'DCO01017' };
  const sequence = readSequence(custom);
  if (sequence === 'broken') return { refused: 'DCO01217' };

  const documentType = texts.get('document_type') ?? '';
  const typeCode = documentType === '' ? undefined : checkType(documentType, client, person);
  if (typeCode !== undefined) return { refused: typeCode };
  const note = texts.get('note') ?? '';
  return {
    ...(documentType === '' ? {} : { documentType }),
    ...(note === '' ? {} : { note }),
    ...(filled === 3 ? { repository: [...levels] } : {}),
    ...(sequence === undefined ? {} : { sequence }),
  };
}

/** Types of one client that this person sees: personnel and travel types need an extra right. */
export function visibleTypes(client: SandboxClient, person: Person): DocumentType[] {
  const special = person.access[clientIdOf(client)]?.includes('personnel-documents') ?? false;
  return client.documentTypes.filter((type) => special || !isSpecialType(type));
}

function checkType(name: string, client: SandboxClient, person: Person): DocumentCode | undefined {
  const known = client.documentTypes.find((type) => type.name === name);
  if (known !== undefined && isSpecialType(known) && client.datevPersonal) return 'DCO01300';
  return visibleTypes(client, person).some((type) => type.name === name) ? undefined : 'DCO01010';
}

function readSequence(custom: Record<string, unknown>): Metadata['sequence'] | 'broken' {
  const { sequence_first_guid: firstGuid, sequence_position: position } = custom;
  if (firstGuid === undefined && position === undefined) return undefined;
  if (firstGuid !== undefined && (typeof firstGuid !== 'string' || !/^[0-9a-f-]{32,36}$/i.test(firstGuid)))
    return 'broken';
  const number = typeof position === 'string' ? Number(position) : position;
  if (number !== undefined && (typeof number !== 'number' || !Number.isInteger(number))) return 'broken';
  return {
    ...(firstGuid === undefined ? {} : { firstGuid }),
    ...(number === undefined ? {} : { position: number }),
  };
}

function jsonPart(parts: readonly Part[], name: string): Record<string, unknown> | 'broken' {
  const part = parts.find((candidate) => candidate.name === name);
  if (part === undefined || part.data.length === 0) return {};
  try {
    const value: unknown = JSON.parse(part.data.toString('utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'broken';
    return Object.fromEntries(Object.entries(value));
  } catch {
    return 'broken';
  }
}

/** A GUID as DCO01234 wants it: 8-4-4-4-12 hex digits, RFC 4122 variant, the version that the switch names. */
export function isAcceptedGuid(state: State, guid: string): boolean {
  return (
    /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.test(guid) &&
    guid.charAt(14) === String(state.switches.guidVersion)
  );
}
