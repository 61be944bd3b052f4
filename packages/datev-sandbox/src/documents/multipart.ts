/** One part of a multipart/form-data body. `data` is a view into the body, not a copy. */
export type Part = {
  name: string;
  fileName?: string;
  contentType?: string;
  data: Buffer;
};

const MAX_PARTS = 64;
const MAX_HEADER_BYTES = 16_384;
const CRLF_CRLF = Buffer.from('\r\n\r\n');

/**
 * Reads a whole multipart/form-data body. Own code rather than a streaming parser, because the body is in memory anyway
 * and a simulation sends a hundred thousand of them: two `indexOf` per part, no copies.
 *
 * @returns the parts in order, or undefined when the body is not well-formed (no boundary, cut off, broken part header).
 */
export function parseMultipart(body: Buffer, contentType: string): Part[] | undefined {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) return undefined;
  const first = Buffer.from(`--${boundary}`);
  const between = Buffer.from(`\r\n--${boundary}`);
  let position = body.indexOf(first);
  if (position < 0) return undefined;
  position += first.length;

  const parts: Part[] = [];
  while (parts.length < MAX_PARTS) {
    if (body[position] === 0x2d && body[position + 1] === 0x2d) return parts;
    if (body[position] !== 0x0d || body[position + 1] !== 0x0a) return undefined;
    const headerStart = position + 2;
    const headerEnd = body.indexOf(CRLF_CRLF, headerStart);
    if (headerEnd < 0 || headerEnd - headerStart > MAX_HEADER_BYTES) return undefined;
    const dataStart = headerEnd + CRLF_CRLF.length;
    const dataEnd = body.indexOf(between, dataStart);
    if (dataEnd < 0) return undefined;
    const part = readPart(body.toString('utf8', headerStart, headerEnd), body.subarray(dataStart, dataEnd));
    if (part === undefined) return undefined;
    parts.push(part);
    position = dataEnd + between.length;
  }
  return undefined;
}

function boundaryOf(contentType: string): string | undefined {
  if (!/^multipart\/form-data\s*(;|$)/i.test(contentType)) return undefined;
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  return match?.[1] ?? match?.[2];
}

function readPart(header: string, data: Buffer): Part | undefined {
  let disposition: string | undefined;
  let contentType: string | undefined;
  for (const line of header.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon < 0) return undefined;
    const field = line.slice(0, colon).trim().toLowerCase();
    if (field === 'content-disposition') disposition = line.slice(colon + 1);
    if (field === 'content-type') contentType = line.slice(colon + 1).trim();
  }
  if (disposition === undefined || !/^\s*form-data\s*(;|$)/i.test(disposition)) return undefined;
  const name = parameter(disposition, 'name');
  if (name === undefined) return undefined;
  const fileName = extendedParameter(disposition, 'filename') ?? parameter(disposition, 'filename');
  return {
    name,
    ...(fileName === undefined ? {} : { fileName }),
    ...(contentType === undefined ? {} : { contentType }),
    data,
  };
}

function parameter(header: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]*))`, 'i').exec(header);
  if (match === null) return undefined;
  if (match[1] === undefined) return match[2];
  // Browsers and fetch write these three as percent codes, other programs with a backslash.
  return match[1]
    .replace(/\\(["\\])/g, '$1')
    .replace(/%22/g, '"')
    .replace(/%0D/gi, '\r')
    .replace(/%0A/gi, '\n');
}

/** `filename*=UTF-8''…` (RFC 5987). */
function extendedParameter(header: string, name: string): string | undefined {
  const value = new RegExp(`;\\s*${name}\\*=utf-8'[^']*'([^\\s;]+)`, 'i').exec(header)?.[1];
  if (value === undefined) return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
