import type { DocumentFile } from './documentFile.ts';

interface MultipartBody {
  readonly contentType: string;
  /** Bytes, for bodies that `fetch` cannot measure itself. */
  readonly contentLength: string | null;
  readonly body: BodyInit;
}

/**
 * Writes a multipart/form-data body by hand, because FormData cannot give the JSON parts a content type without also
 * giving them a file name, which makes them files; and because it cannot take a stream.
 */
export function multipartBody(
  part: 'file' | 'files',
  files: readonly DocumentFile[],
  jsonParts: Readonly<Record<string, string>>,
  boundary: string,
): MultipartBody {
  const pieces: (string | DocumentFile['content'])[] = [];
  for (const file of files) {
    pieces.push(
      `--${boundary}\r\ncontent-disposition: form-data; name="${part}"; filename="${escaped(file.name)}"\r\n` +
        `content-type: ${headerSafe(file.mediaType)}\r\n\r\n`,
      file.content,
      '\r\n',
    );
  }
  for (const [name, json] of Object.entries(jsonParts)) {
    pieces.push(
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\ncontent-type: application/json\r\n\r\n${json}\r\n`,
    );
  }
  pieces.push(`--${boundary}--\r\n`);
  return { contentType: `multipart/form-data; boundary=${boundary}`, ...joined(pieces) };
}

/** As browsers do it: percent signs for what would end the quoted name (HTML, "multipart/form-data"). */
function escaped(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

function headerSafe(mediaType: string): string {
  if (!/^[\w.+-]+\/[\w.+-]+(?:\s*;\s*[\w-]+=[\w.-]+)*$/.test(mediaType))
    throw new TypeError('mediaType: not a media type');
  return mediaType;
}

function joined(pieces: readonly (string | DocumentFile['content'])[]): Pick<MultipartBody, 'body' | 'contentLength'> {
  const parts = pieces.map((piece) => (typeof piece === 'string' ? new TextEncoder().encode(piece) : piece));
  if (parts.every((piece) => piece instanceof Uint8Array)) return { body: concatenated(parts), contentLength: null };
  const whole = parts.filter((piece) => piece instanceof Uint8Array || piece instanceof Blob);
  if (whole.length === parts.length) {
    // The cast only drops the SharedArrayBuffer variant, which neither TextEncoder nor a file gives.
    return { body: new Blob(whole as BlobPart[]), contentLength: null };
  }
  const size = parts.reduce((sum, piece) => sum + (piece instanceof Uint8Array ? piece.byteLength : piece.size), 0);
  return { body: streamed(chunks(parts)), contentLength: String(size) };
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, piece) => sum + piece.byteLength, 0));
  let offset = 0;
  for (const piece of parts) {
    all.set(piece, offset);
    offset += piece.byteLength;
  }
  return all;
}

async function* chunks(parts: readonly (Uint8Array | Exclude<DocumentFile['content'], Uint8Array>)[]) {
  for (const piece of parts) {
    if (piece instanceof Uint8Array) {
      yield piece;
      continue;
    }
    const reader = (piece instanceof Blob ? piece.stream() : piece.stream).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  }
}

function streamed(source: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const next = await source.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await source.return(undefined);
    },
  });
}
