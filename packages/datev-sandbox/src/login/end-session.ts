import { decodeJwt } from 'jose';
import type { State } from '../state.ts';
import { type Answer, type Call, emptyAnswer } from '../wire.ts';
import { errorPage } from './pages.ts';

/**
 * End of the browser session. The sandbox keeps none (every sign-in asks again), so there is nothing to forget; tokens stay
 * valid, as they do at DATEV until they are revoked. Returns to a registered `post_logout_redirect_uri`.
 */
export function endSessionPage(state: State, call: Call): Answer {
  const target = call.url.searchParams.get('post_logout_redirect_uri');
  const app = state.index.apps.get(audience(call.url.searchParams.get('id_token_hint')));
  if (target !== null && app?.redirectUris.includes(target)) {
    const url = new URL(target);
    const echoed = call.url.searchParams.get('state');
    if (echoed !== null) url.searchParams.set('state', echoed);
    return emptyAnswer(303, { location: url.href });
  }
  return errorPage(state, 200, 'Sie sind abgemeldet.');
}

function audience(idToken: string | null): string {
  if (idToken === null) return '';
  try {
    const { aud } = decodeJwt(idToken);
    return typeof aud === 'string' ? aud : '';
  } catch {
    return '';
  }
}
