import type { Session, State } from '../state.ts';
import { type Answer, type Call, emptyAnswer, readForm } from '../wire.ts';
import { errorPage, escapeHtml, page } from './pages.ts';
import { endSession, isRefreshable, liveSession } from './sessions.ts';

/** "Verbundene Anwendungen": every live consent of everybody, each with a button that ends it at DATEV's side. */
export async function connectedApps(state: State, now: number, call: Call): Promise<Answer> {
  if (call.method === 'POST') {
    const form = await readForm(call);
    const session = liveSession(state, form.get('session') ?? '');
    if (session === undefined) return errorPage(state, 404, 'Diese Freigabe gibt es nicht mehr.');
    endSession(state, session);
    return emptyAnswer(303, { location: call.url.pathname });
  }
  const live = new Set<string>();
  for (const token of state.refresh.values()) if (isRefreshable(state, now, token)) live.add(token.session);
  const rows = [...live]
    .flatMap((id) => state.sessions.get(id) ?? [])
    .map((session) => row(state, session, call.url.pathname));
  return page(state, {
    status: 200,
    title: 'Verbundene Anwendungen',
    body:
      rows.length === 0
        ? '<p>Keine App hat eine gültige Freigabe.</p>'
        : `<table><thead><tr><th scope="col">Person</th><th scope="col">App und Bestand</th><th scope="col">Gültig bis</th><th scope="col">Beenden</th></tr></thead><tbody>${rows.join('')}</tbody></table>`,
  });
}

function row(state: State, session: Session, action: string): string {
  const person = state.index.people.get(session.person);
  const name = person === undefined ? session.person : `${person.givenName} ${person.familyName}`;
  const app = state.index.apps.get(session.app)?.name ?? session.app;
  const client = session.boundTo === undefined ? undefined : state.index.clients.get(session.boundTo);
  const dataset =
    client === undefined ? 'alle Mandanten' : `${client.name} (${client.consultantNumber} / ${client.clientNumber})`;
  const until = new Date(session.refreshExpiresAt).toISOString().slice(0, 16).replace('T', ' ');
  return `<tr><td>${escapeHtml(name)}</td><td>${escapeHtml(app)}<small>${escapeHtml(dataset)}</small></td><td>${until} UTC</td><td><form method="post" action="${escapeHtml(action)}"><button class="quiet" name="session" value="${escapeHtml(session.id)}">Trennen<span hidden> ${escapeHtml(name)}</span></button></form></td></tr>`;
}
