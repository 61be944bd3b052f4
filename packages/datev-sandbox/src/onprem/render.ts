import type { Given, Refused } from './route.ts';
import type { Wire } from './wire.ts';
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

function renderRefused(refused: Refused, headers: Record<string, string>, requestId: string): OnPremAnswer {
  const { status, error } = refused;
  if (error === null) return { status, headers: { ...headers, server: 'Microsoft-HTTPAPI/2.0' }, body: [] };
  const body = JSON.stringify(errorBody({ ...refused, error }, requestId));
  return { status, headers: { ...headers, 'content-type': jsonType }, body: [body] };
}

/** Each interface writes its messages a little differently (onprem.md A.4); that of users has a form of its own. */
function errorBody({ domain, error, description }: Refused & { error: string }, requestId: string): Wire {
  if (domain === 'iam')
    return { message_type: 'Error', message_id: error, message_text: description, request_id: requestId };
  const message = {
    id: domain === 'dms' ? Number(error.replace(/\D+/g, '')) : error,
    description,
    severity: domain === 'master-data' ? 'error' : 'Error',
  };
  return envelopeOf(error, description, requestId, [message]);
}

/** Some data path is not migrated, the list is partial (onprem.md A.2, A.4). Text is German there. */
function stalePath(requestId: string): Wire {
  const description = 'Ein Datenpfad ist nicht auf dem aktuellen Stand, die Liste ist unvollständig.';
  return envelopeOf('REW11041', description, requestId, [{ id: 'REW11041', description, severity: 'Information' }]);
}

/** DATEV's error envelope (onprem.md A.4). */
const envelopeOf = (error: string, description: string, requestId: string, messages: readonly Wire[]): Wire => ({
  error,
  error_description: description,
  error_uri: `https://apps.datev.de/knowledge/help/search?q=${error}`,
  request_id: requestId,
  additional_messages: messages,
});

/** A list with one more element behind its others, as DATEV's description shows the message. */
function* withElement(pieces: Iterable<string>, element: Wire): Generator<string> {
  const text = [...pieces].join('').slice(0, -1);
  yield `${text}${text === '[' ? '' : ','}${JSON.stringify(element)}]`;
}
