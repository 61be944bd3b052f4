import { call, interpretFailure, takeAnswer } from '../answers.ts';
import { apiRequest, type CallInput } from '../apiRequest.ts';
import type { Answer } from '../failure.ts';
import { asFields, field, list, parseJson, text, whole } from '../lenient.ts';
import type { DatevRuntime } from '../runtime.ts';
import type { DatevOnlineSettings } from '../settings.ts';
import type { DocumentFile } from './documentFile.ts';
import { documentLimits } from './limits.ts';
import { multipartBody } from './multipart.ts';

/** What DATEV keeps beside the file. Nothing given: the document lies in the inbox, without a type. */
export interface DocumentMetadata {
  /** Name of one of the client's document types, at most 30 characters. */
  readonly documentType?: string;
  /** Note for the adviser, at most 255 characters. */
  readonly note?: string;
  /** The three folder levels, at most 30 characters each: all or none (D-06). */
  readonly filing?: { readonly category: string; readonly folder: string; readonly register: string };
  /** Puts a document into a sequence: GUID of the first one and the position relative to it. */
  readonly sequence?: { readonly firstGuid: string; readonly position: number };
}

interface UploadInput extends CallInput {
  /** Technical id `<Beraternummer>-<Mandantennummer>`. */
  readonly clientId: string;
  readonly metadata?: DocumentMetadata;
}

export interface PutDocumentInput extends UploadInput {
  /** GUID chosen by us: random version 4, upper case with hyphens, stored before the first attempt. */
  readonly documentId: string;
  readonly file: DocumentFile;
}

export interface PostDocumentInput extends UploadInput {
  readonly file: DocumentFile;
}

export interface PutStapledInput extends UploadInput {
  /** 1–10 files, together at most 20 MB, in the order of the pages. */
  readonly files: readonly DocumentFile[];
}

/** DATEV's 201. Everything but the status is optional in practice, so everything here may be null. */
export interface UploadedDocument {
  /** GUID in upper case with hyphens, whatever form DATEV chose (stapled uploads answer without hyphens). */
  readonly id: string | null;
  readonly files: readonly UploadedFile[];
  readonly documentType: string | null;
  readonly note: string | null;
}

export interface UploadedFile {
  readonly id: string | null;
  readonly name: string | null;
  /** Bytes. */
  readonly size: number | null;
  /** As DATEV wrote it, with its offset. */
  readonly uploadDate: string | null;
  readonly mediaType: string | null;
}

const guid = /^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/;

/**
 * @throws TypeError when the GUID is not version 4 in upper case, or a name, note, type or folder exceeds its limit:
 * errors of the caller, which DATEV would answer with DCO01222–01227, DCO01234
 */
export function buildPutDocumentRequest(settings: DatevOnlineSettings, input: PutDocumentInput): Request {
  if (!guid.test(input.documentId)) throw new TypeError('documentId: a version 4 GUID in upper case is needed');
  const rest = `/documents/${input.documentId}`;
  return uploadRequest(settings, input, 'PUT', rest, 'file', [input.file], `datev-online-${input.documentId}`);
}

/** `boundary`: letters, digits and hyphens that do not occur in the file (random ones). */
export function buildPostDocumentRequest(
  settings: DatevOnlineSettings,
  input: PostDocumentInput,
  boundary: string,
): Request {
  return uploadRequest(settings, input, 'POST', '/documents', 'file', [input.file], boundary);
}

/** `boundary`: as for {@link buildPostDocumentRequest}. */
export function buildPutStapledRequest(
  settings: DatevOnlineSettings,
  input: PutStapledInput,
  boundary: string,
): Request {
  if (input.files.length < 1 || input.files.length > documentLimits.stapledFiles) {
    throw new TypeError(`files: 1 to ${documentLimits.stapledFiles}`);
  }
  return uploadRequest(settings, input, 'PUT', '/documents/stapled', 'files', input.files, boundary);
}

function uploadRequest(
  settings: DatevOnlineSettings,
  input: UploadInput,
  method: 'PUT' | 'POST',
  rest: string,
  part: 'file' | 'files',
  files: readonly DocumentFile[],
  boundary: string,
): Request {
  for (const file of files) checkLength('file name', file.name, documentLimits.fileName);
  const { contentType, contentLength, body } = multipartBody(
    part,
    files,
    metadataParts(input.metadata ?? {}),
    boundary,
  );
  const address = `${settings.accountingDocumentsUrl}/clients/${encodeURIComponent(input.clientId)}${rest}`;
  const headers = {
    'content-type': contentType,
    ...(contentLength === null ? {} : { 'content-length': contentLength }),
  };
  return apiRequest(settings, input, address, { method, headers, body });
}

function metadataParts(metadata: DocumentMetadata): Record<string, string> {
  const { documentType, note, filing, sequence } = metadata;
  if (documentType !== undefined) checkLength('document type', documentType, documentLimits.documentType);
  if (note !== undefined) checkLength('note', note, documentLimits.note, 0);
  if (filing !== undefined) {
    checkLength('category', filing.category, documentLimits.category);
    checkLength('folder', filing.folder, documentLimits.folder);
    checkLength('register', filing.register, documentLimits.register);
  }
  const fields = {
    ...(documentType === undefined ? {} : { document_type: documentType }),
    ...(note === undefined ? {} : { note }),
    ...(filing === undefined ? {} : { category: filing.category, folder: filing.folder, register: filing.register }),
  };
  return {
    ...(Object.keys(fields).length === 0 ? {} : { metadata: JSON.stringify(fields) }),
    ...(sequence === undefined
      ? {}
      : {
          custom_metadata: JSON.stringify({
            sequence_first_guid: sequence.firstGuid,
            sequence_position: sequence.position,
          }),
        }),
  };
}

function checkLength(what: string, value: string, limit: number, least = 1): void {
  if (value.length < least || value.length > limit) throw new TypeError(`${what}: ${least} to ${limit} characters`);
}

/**
 * Interprets the answer to an upload. 201 alone is arrival, whatever its body; 409 for our own GUID is
 * `arrivedBefore`; any other success or redirect, and any 5xx except the documented ones, is `unclear`: repeat the PUT
 * with the same GUID.
 */
export async function interpretUpload(response: Response): Promise<Answer<UploadedDocument>> {
  if (response.status === 201) {
    // The status has arrived, so the document has: a body cut half-way must not make it unclear.
    const { body, trace } = await takeAnswer(response).catch(() => takeAnswer(new Response('', response)));
    return { ok: true, value: readUploadedDocument(parseJson(body)), trace };
  }
  const { body } = await takeAnswer(response);
  return { ok: false, failure: interpretFailure(response, body, 'upload') };
}

/**
 * Uploads one document under our own GUID (D-09). Safe to repeat: a GUID that is there already answers 409.
 * Scope `accounting:documents`. Failures: every kind but those of the sign-in.
 *
 * @throws TypeError as {@link buildPutDocumentRequest}
 */
export async function putDocument(
  settings: DatevOnlineSettings,
  runtime: DatevRuntime,
  input: PutDocumentInput,
): Promise<Answer<UploadedDocument>> {
  return call(runtime, buildPutDocumentRequest(settings, withSignal(runtime, input)), interpretUpload);
}

/** Uploads one document; DATEV chooses the GUID. Not safe to repeat: prefer {@link putDocument}. */
export async function postDocument(
  settings: DatevOnlineSettings,
  runtime: DatevRuntime,
  input: PostDocumentInput,
): Promise<Answer<UploadedDocument>> {
  return call(
    runtime,
    buildPostDocumentRequest(settings, withSignal(runtime, input), randomBoundary(runtime)),
    interpretUpload,
  );
}

/** Uploads several files that become one document. DATEV chooses the GUID; not safe to repeat. */
export async function putStapled(
  settings: DatevOnlineSettings,
  runtime: DatevRuntime,
  input: PutStapledInput,
): Promise<Answer<UploadedDocument>> {
  return call(
    runtime,
    buildPutStapledRequest(settings, withSignal(runtime, input), randomBoundary(runtime)),
    interpretUpload,
  );
}

function withSignal<I extends CallInput>(runtime: DatevRuntime, input: I): I {
  return { ...input, signal: input.signal ?? runtime.newSignal?.() };
}

function randomBoundary(runtime: DatevRuntime): string {
  return `datev-online-${Buffer.from(runtime.randomBytes(16)).toString('hex')}`;
}

function readUploadedDocument(json: unknown): UploadedDocument {
  const fields = asFields(json) ?? {};
  return {
    id: readGuid(field(fields, 'id')),
    files: list(field(fields, 'files'), readUploadedFile),
    documentType: text(field(fields, 'document_type')),
    note: text(field(fields, 'note')),
  };
}

function readUploadedFile(json: unknown): UploadedFile | null {
  const fields = asFields(json);
  if (fields === null) return null;
  return {
    id: readGuid(field(fields, 'id')),
    name: text(field(fields, 'name')),
    size: whole(field(fields, 'size')),
    uploadDate: text(field(fields, 'upload_date')),
    mediaType: text(field(fields, 'media_type')),
  };
}

function readGuid(value: unknown): string | null {
  const written = text(value);
  return written === null ? null : normaliseGuid(written);
}

/** One spelling for GUIDs: upper case with hyphens. A text that is no GUID comes back as it is. */
export function normaliseGuid(written: string): string {
  const digits = written.replace(/[{}-]/g, '').toUpperCase();
  if (!/^[0-9A-F]{32}$/.test(digits)) return written;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
