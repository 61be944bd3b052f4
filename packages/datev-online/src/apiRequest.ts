import type { DatevOnlineSettings } from './settings.ts';
import { isAllowedProtocol } from './settings.ts';

/** What every call to an API needs besides the settings. */
export interface CallInput {
  readonly accessToken: string;
  readonly signal?: AbortSignal | undefined;
}

interface RequestParts {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BodyInit;
}

/**
 * A request with the headers that DATEV wants on each call (cloud.md A.7). Redirects are not followed: none is
 * documented, and following one would hand the token to whoever answered.
 */
export function apiRequest(
  settings: DatevOnlineSettings,
  input: CallInput,
  address: string,
  parts: RequestParts = {},
): Request {
  if (!isAllowedProtocol(settings, address))
    throw new TypeError(`refusing to send a token to ${new URL(address).origin}`);
  return new Request(address, {
    method: parts.method ?? 'GET',
    headers: {
      accept: 'application/json;charset=utf-8',
      ...parts.headers,
      authorization: `Bearer ${input.accessToken}`,
      'x-datev-client-id': settings.clientId,
    },
    redirect: 'manual',
    ...(parts.body === undefined ? {} : { body: parts.body }),
    // Node wants it for bodies that are streams; the type does not know it in every library version.
    ...(parts.body instanceof ReadableStream ? { duplex: 'half' } : {}),
    ...(input.signal === undefined ? {} : { signal: input.signal }),
  });
}

const technicalId = /^[1-9]\d{3,6}-[1-9]\d{0,4}$/;

/**
 * DATEV's technical id of a client, `<Beraternummer>-<Mandantennummer>`: 4–7 and 1–5 digits, neither starting with 0
 * (cloud.md B). Never to be shown to people (D-11).
 *
 * @throws TypeError for numbers outside these limits
 */
export function technicalClientId(consultantNumber: number, clientNumber: number): string {
  const id = `${consultantNumber}-${clientNumber}`;
  if (!technicalId.test(id)) throw new TypeError('consultant or client number out of range');
  return id;
}
