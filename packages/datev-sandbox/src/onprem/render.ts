import type { Given, Refused } from './route.ts';
import { toXml } from './xml.ts';

/** `body` comes in pieces where it is a list; it can be large. */
export type OnPremAnswer = { status: number; headers: Record<string, string>; body: Iterable<string> };

const jsonType = 'application/json; charset=utf-8';

/** An answer in the form that was wanted. */
export function render(found: Given | Refused, requestId: string): OnPremAnswer {
  const headers = { requestid: requestId };
  if ('status' in found) return renderRefused(found, headers, requestId);
  const { pieces, form, resource, partial } = found;
  const sent = (type: string, body: Iterable<string>) => ({
    status: 200,
    headers: { ...headers, 'content-type': type },
    body,
  });
  if (form === 'stream') return sent('application/octet-stream', pieces);
  if (form === 'xml')
    return sent('application/xml; charset=utf-8', [toXml(resource, JSON.parse([...pieces].join('')))]);
  if (!partial) return sent(jsonType, pieces);
  const message = stalePath(requestId);
  if (form === 'json') return sent(jsonType, withElement(pieces, message));
  const boundary = `part-${requestId}`;
  const part = (body: string) => `--${boundary}\r\ncontent-type: ${jsonType}\r\n\r\n${body}\r\n`;
  return sent(`multipart/mixed; boundary=${boundary}`, [
    part([...pieces].join('')),
    part(JSON.stringify([message])),
    `--${boundary}--\r\n`,
  ]);
}

function renderRefused({ status, error, description }: Refused, headers: Record<string, string>, requestId: string) {
  if (error === null) return { status, headers: { ...headers, server: 'Microsoft-HTTPAPI/2.0' }, body: [] };
  const severity = 'Error';
  const body = envelopeOf(error, description, requestId, [{ id: error, description, severity }]);
  return { status, headers: { ...headers, 'content-type': jsonType }, body: [JSON.stringify(body)] };
}

/** Some data path is not migrated, the list is partial (onprem.md A.2, A.4). Text is German there. */
function stalePath(requestId: string) {
  const description = 'Ein Datenpfad ist nicht auf dem aktuellen Stand, die Liste ist unvollständig.';
  return envelopeOf('REW11041', description, requestId, [{ id: 'REW11041', description, severity: 'Information' }]);
}

type Message = { id: string; description: string; severity: 'Error' | 'Information' };

/** DATEV's error envelope (onprem.md A.4). */
const envelopeOf = (error: string, description: string, requestId: string, messages: readonly Message[]) => ({
  error,
  error_description: description,
  error_uri: `https://apps.datev.de/knowledge/help/search?q=${error}`,
  request_id: requestId,
  additional_messages: messages,
});

/** A list with one more element behind its others, as DATEV's description shows the message. */
function* withElement(pieces: Iterable<string>, element: object): Generator<string> {
  const text = [...pieces].join('').slice(0, -1);
  yield `${text}${text === '[' ? '' : ','}${JSON.stringify(element)}]`;
}
