import {
  type Answer,
  accountingDocuments,
  type DatevOnlineSettings,
  type DatevRuntime,
  failure,
  technicalClientId,
  type UploadedDocument,
} from '@bruecke/datev-online';
import type { DatasetNumbers } from '@bruecke/model';
import { manifest } from './manifest.ts';

/** A usable sign-in at DATEV; the caller sees to it that the access token is fresh. */
export interface ChannelSession {
  readonly settings: DatevOnlineSettings;
  readonly runtime: DatevRuntime;
  readonly accessToken: string;
}

export interface SendInput {
  readonly dataset: DatasetNumbers;
  /** Upper case with hyphens, stored before this call. */
  readonly documentGuid: string;
  /** From `fileNameForDatev`. */
  readonly fileName: string;
  /** By content. */
  readonly mediaType: string;
  readonly content: Blob | Uint8Array | { readonly stream: ReadableStream<Uint8Array>; readonly size: number };
  /** The stock's own name, from `chooseDocumentType`; null: without Belegtyp. */
  readonly documentType: string | null;
  /** For the adviser; cut to 255 characters. */
  readonly note: string | null;
}

/**
 * Sends one voucher by PUT under its GUID, without a folder: it lands in the inbox (Posteingang), where the firm books from. Never throws: what DATEV or the network do is an answer, and so is a request
 * that cannot even be made (`misuse`). Files that DATEV refuses for certain are refused here, without a call (D-08):
 * `status` is null then.
 */
export async function send(session: ChannelSession, input: SendInput): Promise<Answer<UploadedDocument>> {
  const size = contentSize(input.content);
  if (size === 0)
    return { ok: false, failure: failure('tooLarge', { code: 'empty', description: 'the file is empty' }) };
  if (size > manifest.limits.fileBytes)
    return { ok: false, failure: failure('tooLarge', { description: 'over 20 MB' }) };
  try {
    return await accountingDocuments.putDocument(session.settings, session.runtime, {
      accessToken: session.accessToken,
      clientId: technicalClientId(input.dataset.consultantNumber, input.dataset.mandantNumber),
      documentId: input.documentGuid,
      file: { name: input.fileName, mediaType: input.mediaType, content: input.content },
      metadata: {
        ...(input.documentType === null ? {} : { documentType: input.documentType }),
        ...(input.note === null || input.note === '' ? {} : { note: cut(input.note, manifest.limits.noteLength) }),
      },
    });
  } catch (thrown) {
    // The client throws TypeErrors for requests that must not be made; a job that throws would be run for ever.
    if (thrown instanceof TypeError) return { ok: false, failure: failure('misuse', { description: thrown.message }) };
    throw thrown;
  }
}

function contentSize(content: SendInput['content']): number {
  return content instanceof Uint8Array ? content.byteLength : content.size;
}

/** At most `limit` UTF-16 units, never half a character. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(limit - 1)) ? limit - 1 : limit;
  return text.slice(0, end);
}
