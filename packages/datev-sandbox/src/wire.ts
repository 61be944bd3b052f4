/** A request as the handlers see it: the same for `fetch` in one process and for a socket. */
export type Call = {
  method: string;
  url: URL;
  header(name: string): string | undefined;
  /** The whole body. `truncated` when it was longer than the server keeps in memory. */
  body(): Promise<{ bytes: Buffer; truncated: boolean }>;
};

export type Answer = {
  status: number;
  headers: Record<string, string>;
  body?: string;
  /** The connection breaks in the middle of the body. */
  broken?: boolean;
};

export const JSON_UTF8 = 'application/json;charset=utf-8';

export function jsonAnswer(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return { status, headers: { 'content-type': JSON_UTF8, ...headers }, body: JSON.stringify(value) };
}

export function emptyAnswer(status: number, headers: Record<string, string> = {}): Answer {
  return { status, headers };
}

/** The gateway in front of DATEV's interfaces refuses calls in its own shape, before any interface sees them. */
export function gatewayAnswer(
  status: number,
  text: string,
  detail: string,
  headers: Record<string, string> = {},
): Answer {
  return jsonAnswer(status, { httpCode: String(status), httpMessage: text, moreInformation: detail }, headers);
}

/** `name=value&…` of a form post. Bodies over 64 kB are not forms of ours. */
export async function readForm(call: Call): Promise<URLSearchParams> {
  const type = call.header('content-type') ?? '';
  if (!type.toLowerCase().startsWith('application/x-www-form-urlencoded')) return new URLSearchParams();
  const { bytes } = await call.body();
  return new URLSearchParams(bytes.length > 65_536 ? '' : bytes.toString('utf8'));
}
