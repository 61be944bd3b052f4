import type { State } from '../state.ts';
import { type Answer, type Call, jsonAnswer } from '../wire.ts';
import type { App } from '../world.ts';

/** OAuth error body (RFC 6749 5.2). */
export function oauthError(error: string, description: string, status = 400): Answer {
  const headers: Record<string, string> = { 'cache-control': 'no-store' };
  if (status === 401) headers['www-authenticate'] = 'Basic realm="DATEV-Sandbox"';
  return jsonAnswer(status, { error, error_description: description }, headers);
}

/** `client_secret_basic` and nothing else: a secret in the body is refused even beside a good header (cloud.md A.4). */
export function authenticateApp(state: State, call: Call, form: URLSearchParams): App | Answer {
  if (call.method !== 'POST') return oauthError('invalid_request', 'POST only', 405);
  if (form.has('client_secret')) return oauthError('invalid_client', 'client_secret_basic only', 401);
  const basic = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(call.header('authorization') ?? '')?.[1];
  if (basic === undefined) return oauthError('invalid_client', 'client authentication missing', 401);
  const text = Buffer.from(basic, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const app = state.index.apps.get(formDecode(text.slice(0, colon)));
  if (colon < 0 || app === undefined || formDecode(text.slice(colon + 1)) !== app.clientSecret) {
    return oauthError('invalid_client', 'unknown client or wrong secret', 401);
  }
  const named = form.get('client_id');
  if (named !== null && named !== app.clientId)
    return oauthError('invalid_request', 'client_id differs from the header');
  return app;
}

/** RFC 6749 2.3.1 form-encodes id and secret before Base64. */
function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
