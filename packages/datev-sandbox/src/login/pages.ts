import type { State } from '../state.ts';
import type { Answer } from '../wire.ts';
import { type App, clientIdOf, type Medium, type Person, type SandboxClient } from '../world.ts';
import { dataServicesOf } from './scopes.ts';
import { STYLE } from './style.ts';

/** What the two pages of a sign-in need to know. */
export type PageInput = {
  app: App;
  people: readonly Person[];
  scopes: readonly string[];
  /** The authorization request, carried along in the forms. */
  query: string;
  action: string;
  redirectUri: string;
  boundTo?: SandboxClient;
};

/** First page: which medium, which person. `message` says what was missing. */
export function loginPage(state: State, input: PageInput, message?: string): Answer {
  const people = inOrder(input)
    .map((person, index) => personChoice(person, index === 0))
    .join('');
  return page(state, {
    status: message === undefined ? 200 : 422,
    title: 'Anmelden',
    formTarget: input.redirectUri,
    body: `
      <p>Die App <strong>${escapeHtml(input.app.name)}</strong> möchte auf DATEV-Dienste zugreifen. Wählen Sie, wer sich womit anmeldet.</p>
      ${message === undefined ? '' : `<p class="problem" role="alert"><span aria-hidden="true">⚠</span> ${escapeHtml(message)}</p>`}
      <form method="post" action="${escapeHtml(input.action)}">
        <input type="hidden" name="request" value="${escapeHtml(input.query)}">
        <fieldset>
          <legend>Medium</legend>
          <div class="row">
            <label class="choice"><input type="radio" name="medium" value="SmartLogin" checked> <span><b>SmartLogin</b><small>App auf dem Telefon</small></span></label>
            <label class="choice"><input type="radio" name="medium" value="SmartCard"> <span><b>SmartCard</b><small>Karte oder mIDentity-Stick</small></span></label>
          </div>
        </fieldset>
        <fieldset>
          <legend>Person</legend>
          ${people}
        </fieldset>
        <div class="actions">
          <button type="submit" name="step" value="cancel" class="quiet" formnovalidate>Abbrechen</button>
          <button type="submit" name="step" value="login">Weiter</button>
        </div>
      </form>`,
  });
}

/** Second page: consent, one block for each data service that the scopes ask for. */
export function consentPage(state: State, input: PageInput, person: Person, medium: Medium): Answer {
  const services = dataServicesOf(input.scopes)
    .map((service) => `<li><b>${escapeHtml(service.name)}</b><small>${escapeHtml(service.allows)}</small></li>`)
    .join('');
  const duration =
    input.boundTo === undefined
      ? 'für diese Sitzung, höchstens 11 Stunden, für alle Mandanten, die Sie sehen dürfen'
      : `für zwei Jahre, nur für <b>${escapeHtml(input.boundTo.name)}</b> (Berater ${input.boundTo.consultantNumber}, Mandant ${input.boundTo.clientNumber})`;
  return page(state, {
    status: 200,
    title: 'Zugriff erlauben',
    formTarget: input.redirectUri,
    body: `
      <p>Angemeldet als <strong>${escapeHtml(`${person.givenName} ${person.familyName}`)}</strong> mit ${medium}.</p>
      <p><strong>${escapeHtml(input.app.name)}</strong> möchte in Ihrem Namen:</p>
      <ul class="services">${services}</ul>
      <p>Die Freigabe gilt ${duration}. Sie können sie jederzeit unter „Verbundene Anwendungen“ beenden.</p>
      <form method="post" action="${escapeHtml(input.action)}">
        <input type="hidden" name="request" value="${escapeHtml(input.query)}">
        <input type="hidden" name="step" value="consent">
        <input type="hidden" name="person" value="${escapeHtml(person.id)}">
        <input type="hidden" name="medium" value="${medium}">
        <div class="actions">
          <button type="submit" name="decision" value="deny" class="quiet">Ablehnen</button>
          <button type="submit" name="decision" value="allow">Zustimmen</button>
        </div>
      </form>`,
  });
}

/** A page that ends here: the request names no app or address to which one could safely return. */
export function errorPage(state: State, status: number, text: string): Answer {
  return page(state, {
    status,
    title: status < 400 ? 'Erledigt' : 'Das geht so nicht',
    body: `<p ${status < 400 ? '' : 'class="problem" role="alert"'}>${escapeHtml(text)}</p>`,
  });
}

/** Any page of the sandbox. The one inline style is allowed by a nonce, nothing else is loaded. */
export function page(
  state: State,
  given: { status: number; title: string; body: string; formTarget?: string },
): Answer {
  const nonce = state.ids.bytes(16).toString('base64url');
  // Browsers apply form-action to the redirect after a form too, so the app's own origin belongs in it.
  const target = given.formTarget === undefined ? '' : ` ${new URL(given.formTarget).origin}`;
  return {
    status: given.status,
    headers: {
      'content-type': 'text/html;charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'${target}; frame-ancestors 'none'; base-uri 'none'`,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
    body: `<!doctype html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(given.title)} – DATEV-Sandbox</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<main>
<p class="where">DATEV-Sandbox · keine echte DATEV-Anmeldung, keine echten Daten</p>
<h1>${escapeHtml(given.title)}</h1>
${given.body}
</main>
</body>
</html>`,
  };
}

export function escapeHtml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

/** For a long-term request those who may see its client come first. */
function inOrder({ people, boundTo }: PageInput): Person[] {
  if (boundTo === undefined) return [...people];
  const sees = (person: Person): boolean => (person.access[clientIdOf(boundTo)]?.length ?? 0) > 0;
  return [...people.filter(sees), ...people.filter((person) => !sees(person))];
}

function personChoice(person: Person, first: boolean): string {
  const count = Object.values(person.access).filter((rights) => rights.length > 0).length;
  const clients = count === 1 ? 'ein Mandant' : count === 0 ? 'kein Mandant' : `${count} Mandanten`;
  return `<label class="choice"><input type="radio" name="person" value="${escapeHtml(person.id)}" required${first ? ' checked' : ''}> <span><b>${escapeHtml(`${person.givenName} ${person.familyName}`)}</b><small>${clients} · ${person.media.join(', ')}</small></span></label>`;
}
