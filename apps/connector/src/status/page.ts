import { manifest } from '@bruecke/channels/figures-from-datevconnect/manifest';
import { fingerprintOf } from '../link/connectionFile.ts';
import type { Pairing } from '../store/pairing.ts';
import type { ReleasedClient } from '../store/released.ts';
import type { Settings } from '../store/settings.ts';
import type { Live } from './live.ts';
import { orderTexts, pairingTexts, resultTexts, textsOf } from './texts.ts';

export type Shown = {
  live: Live;
  machine: string;
  pairing: Pairing | null;
  settings: Settings;
  released: readonly ReleasedClient[];
};

/**
 * The status page: HTML without scripts and without anything from elsewhere. Whoever works on this machine can open it (DATEV servers are often
 * terminal servers), so it names clients by their numbers only.
 */
export function statusPage(shown: Shown): string {
  const { live, machine } = shown;
  return `<!doctype html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="10">
<title>Brücke Konnektor</title>
<style>${stylesheet}</style>
</head>
<body>
<h1>Brücke Konnektor</h1>
<p>${html(machine)} · Fassung ${html(live.version)} · läuft seit ${time(live.startedAt)}</p>
${pairingPart(shown)}
${datevPart(shown)}
${releasedPart(shown.released)}
${errorPart(live)}
${ordersPart(shown)}
<h2>Was gelesen werden darf</h2>
<p>Diese Liste ist in das Programm eingebaut. Alles andere verlässt den Konnektor nicht, was auch immer der Server verlangt. Geschrieben wird nichts.</p>
<ul>${manifest.calls.map(({ sentence }) => `<li>${html(sentence.de)}</li>`).join('')}</ul>
</body>
</html>
`;
}

function pairingPart({ live, pairing }: Shown): string {
  const state = html(pairingTexts[live.pairing]);
  if (pairing === null) return `<h2>Brücke</h2><p>${state}</p>`;
  const { error, lastAnswerAt } = live.hub;
  return `<h2>Brücke</h2>
<p>${state}</p>
<dl>
${entry('Server', html(pairing.server))}
${entry('Kanzlei', html(pairing.firmName))}
${entry('Fingerabdruck dieses Konnektors', code(pairing.fingerprint))}
${entry('Fingerabdruck des Servers', code(fingerprintOf(pairing.instanceKey)))}
${entry('Letzte Antwort', lastAnswerAt === null ? 'noch keine' : time(lastAnswerAt))}
</dl>
${error === null ? '' : findingPart(error.code, error.detail)}`;
}

function datevPart({ live, settings }: Shown): string {
  if (settings.datev === undefined) return `<h2>DATEVconnect</h2>${findingPart('notSetUp', null)}`;
  const { origin, user, auth } = settings.datev;
  const { datev } = live;
  const said = datev === null ? 'noch nicht gefragt' : `${html(textsOf(datev.code).title)} (${time(datev.at)})`;
  return `<h2>DATEVconnect</h2>
<dl>
${entry('Adresse', html(origin))}
${entry('Windows-Benutzer', `${html(user)} (${auth === 'basic' ? 'Basic über HTTPS' : 'NTLM'})`)}
${entry('Zuletzt', said)}
</dl>
${datev === null || datev.code === 'ok' ? '' : findingPart(datev.code, datev.detail)}`;
}

function releasedPart(released: readonly ReleasedClient[]): string {
  if (released.length === 0) return `<h2>Freigegebene Mandanten</h2>${findingPart('noClientReleased', null)}`;
  const rows = released.map(({ number, guid }) => `<tr><td>${html(number)}</td><td>${code(guid)}</td></tr>`);
  return `<h2>Freigegebene Mandanten</h2>
<p>Die Namen zeigt „bruecke-connector clients“.</p>
<table><thead><tr><th scope="col">Nummer</th><th scope="col">GUID</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function errorPart({ lastError }: Live): string {
  if (lastError === null) return '';
  return `<h2>Letzter Fehler (${time(lastError.at)})</h2>${findingPart(lastError.code, lastError.detail)}`;
}

function ordersPart({ live, released }: Shown): string {
  if (live.orders.length === 0) return '';
  const numberOf = (guid: string | null) => released.find((one) => one.guid === guid?.toLowerCase())?.number ?? '';
  const rows = live.orders.map((order) => {
    const result = `${resultTexts[order.result]}${order.code === null ? '' : `: ${textsOf(order.code).title}`}`;
    const cells = [time(order.at), html(orderTexts[order.kind]), html(numberOf(order.clientGuid)), html(result)];
    return `<tr>${[...cells, order.rows, order.calls].map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  const heads = ['Zeit', 'Auftrag', 'Mandant', 'Ergebnis', 'Zeilen', 'Aufrufe'];
  return `<h2>Letzte Aufträge</h2>
<table><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function findingPart(name: string, detail: string | null): string {
  const { title, cause, remedy } = textsOf(name);
  return `<div class="finding"><p><strong>${html(title)}</strong></p><p>${html(cause)}</p><p>${html(remedy)}</p>${
    detail === null ? '' : `<p>${code(detail)}</p>`
  }</div>`;
}

function entry(term: string, markup: string): string {
  return `<dt>${html(term)}</dt><dd>${markup}</dd>`;
}

function code(text: string): string {
  return `<code>${html(text)}</code>`;
}

const inGermany = new Intl.DateTimeFormat('de-DE', {
  dateStyle: 'short',
  timeStyle: 'medium',
  timeZone: 'Europe/Berlin',
});

function time(iso: string): string {
  return html(inGermany.format(new Date(iso)));
}

/** Text for HTML: nothing of it becomes markup. */
export function html(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

export const stylesheet = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1d2733; background: #fff }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem } dd { margin: 0; overflow-wrap: anywhere }
table { border-collapse: collapse } th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #d5dbe1 }
.finding { border-left: 4px solid #b4540a; padding-left: 1rem } code { overflow-wrap: anywhere }
`;
