import { createHash } from 'node:crypto';
import type { Caller } from '../bearer.ts';
import { germanTime, typingOf, writeNumber } from '../loose.ts';
import { type ArrivedDocument, type ArrivedFile, addDocument, isDuplicate, isGuidKnown, type State } from '../state.ts';
import { type Answer, type Call, jsonAnswer } from '../wire.ts';
import type { SandboxClient } from '../world.ts';
import { bareError, type DocumentCode, documentError } from './errors.ts';
import { type CheckedFile, checkFile, MAX_FILE_BYTES, sizeCode, stapleObstacle } from './file-rules.ts';
import { isAcceptedGuid, type Metadata, readMetadata } from './metadata.ts';
import { type Part, parseMultipart } from './multipart.ts';

const MAX_STAPLED = 10;
const MAX_STAPLED_OLD = 50;

export type UploadTarget = { via: 'post' } | { via: 'put'; guid: string } | { via: 'stapled' };

/**
 * POST, PUT with GUID and PUT stapled of accounting:documents (cloud.md B.2). Access was checked before. The order of the
 * checks is ours, DATEV documents none: GUID form, client's state, multipart, files, metadata, then known GUID and
 * duplicate in the order that the switch names.
 *
 * @param arrived is told about the stored document before the answer is given.
 */
export async function upload(
  state: State,
  now: number,
  call: Call,
  caller: Caller,
  client: SandboxClient,
  clientId: string,
  target: UploadTarget,
  arrived: (document: ArrivedDocument) => void,
): Promise<Answer> {
  if (target.via === 'put' && !isAcceptedGuid(state, target.guid)) return documentError(state, 'DCO01234');
  if (!client.stock) {
    return state.switches.missingStock === '404' ? bareError(state, 404) : documentError(state, 'DCO01019');
  }
  if (client.belegfreigabe) return documentError(state, 'DCO01231');
  const { bytes, truncated } = await call.body();
  if (truncated) return documentError(state, sizeCode(client));
  const parts = parseMultipart(bytes, call.header('content-type') ?? '');
  if (parts === undefined) return documentError(state, 'DCO01004');
  const files = checkFiles(parts, client, target);
  if (typeof files === 'string') return documentError(state, files);
  const metadata = readMetadata(parts, client, caller.person);
  if ('refused' in metadata) return documentError(state, metadata.refused);

  const stored = files.map((file) => describe(state, file, target));
  const conflict = findConflict(state, clientId, target, stored, metadata);
  if (conflict !== undefined) return documentError(state, conflict);
  const document = addDocument(state, {
    clientId,
    id: documentId(state, target, stored),
    via: target.via,
    files: stored,
    ...metadata,
    at: new Date(now).toISOString(),
    person: caller.person.id,
    app: caller.session.app,
  });
  arrived(document);
  return jsonAnswer(201, documentBody(state, now, document));
}

function checkFiles(parts: Part[], client: SandboxClient, target: UploadTarget): CheckedFile[] | DocumentCode {
  const wanted = target.via === 'stapled' ? ['files', 'file'] : ['file'];
  const fileParts = parts.filter((part) => wanted.includes(part.name));
  if (fileParts.length === 0) return 'DCO01220';
  if (target.via === 'stapled') {
    if (fileParts.length > MAX_STAPLED_OLD) return 'DCO01127';
    if (fileParts.length > MAX_STAPLED) return 'DCO01232';
    const total = fileParts.reduce((sum, part) => sum + part.data.length, 0);
    if (total > MAX_FILE_BYTES) return 'DCO01216';
  } else if (fileParts.length > 1) {
    return 'DCO01232';
  }
  const files: CheckedFile[] = [];
  for (const part of fileParts) {
    const file = checkFile(part, client);
    if (typeof file === 'string') return file;
    const obstacle = target.via === 'stapled' && fileParts.length > 1 ? stapleObstacle(file) : undefined;
    if (obstacle !== undefined) return obstacle;
    files.push(file);
  }
  return files;
}

function describe(state: State, file: CheckedFile, target: UploadTarget): ArrivedFile {
  const id = state.ids.guid();
  return {
    // Ids of stapled documents come without hyphens (cloud.md B.2, call 7).
    id: target.via === 'stapled' ? id.replaceAll('-', '') : id,
    name: file.name,
    size: file.data.length,
    sha256: createHash('sha256').update(file.data).digest('hex'),
    mediaType: file.mediaType,
  };
}

function documentId(state: State, target: UploadTarget, files: ArrivedFile[]): string {
  if (target.via === 'put') return target.guid.toUpperCase();
  // In DATEV's example a stapled document has the id of its first file.
  return target.via === 'stapled' ? (files[0]?.id ?? state.ids.guid()) : state.ids.guid();
}

function findConflict(
  state: State,
  clientId: string,
  target: UploadTarget,
  files: ArrivedFile[],
  metadata: Metadata,
): DocumentCode | undefined {
  const known = target.via === 'put' && isGuidKnown(state, clientId, target.guid);
  const duplicate = files.some((file) => isDuplicate(state, clientId, file, metadata.documentType));
  if (known && duplicate) return state.switches.checkOrder === 'guid-first' ? 'DCO01012' : 'DCO01253';
  if (known) return 'DCO01012';
  return duplicate ? 'DCO01253' : undefined;
}

function documentBody(state: State, now: number, document: ArrivedDocument): object {
  const typing = typingOf(state);
  return {
    id: document.id,
    files: document.files.map((file) => ({
      id: file.id,
      name: file.name,
      size: writeNumber(typing, file.size),
      upload_date: germanTime(now),
      media_type: file.mediaType,
    })),
    ...(document.documentType === undefined ? {} : { document_type: document.documentType }),
    ...(document.note === undefined ? {} : { note: document.note }),
  };
}
