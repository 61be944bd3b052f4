import { Type as T } from '@sinclair/typebox';
import { endpoint } from './endpoint.ts';
import { id, object, oneOf } from './parts.ts';

const tag = 'Instanz';
/** Milliseconds: what was told in them is told first, with `ago`, as a page loads before it listens. */
const missed = T.Optional(T.Integer({ minimum: 0, maximum: 60_000 }));

export const instance = {
  receiptKey: endpoint({
    method: 'GET',
    path: '/receipt-key',
    tag,
    summary: 'Public key(s) for checking receipts, PEM, newest first',
    access: { who: 'anyone' },
    history: { none: 'reads' },
    answer: object({ keys: T.Array(object({ keyId: T.String(), fingerprint: T.String(), pem: T.String() })) }),
  }),
  /** Server-sent events: `data: {"mandantId": …, "topics": […]}`, with `"ago"` in milliseconds where it is told again; ends at once when the right to see the Mandant or firm ends. */
  liveOfMandant: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/live',
    tag,
    summary: 'Live events of a Mandant',
    access: { who: 'mandant', right: 'read' },
    history: { none: 'reads' },
    params: object({ mandantId: id }),
    /** `page=figures` while a page with figures is open: the newest state is asked for more often then. */
    query: object({ page: T.Optional(oneOf(['figures'])), missed }),
    gives: 'events',
  }),
  liveOfFirm: endpoint({
    method: 'GET',
    path: '/firms/:firmId/live',
    tag,
    summary: 'Live events of the Mandanten of a firm that the person may see',
    access: { who: 'firm', role: 'staff' },
    history: { none: 'reads' },
    params: object({ firmId: id }),
    query: object({ missed }),
    gives: 'events',
  }),
};

/** What a live event tells: something of this topic changed; the page asks again for what it shows. */
export const liveTopics = [
  'vouchers',
  'connections',
  'members',
  'engagement',
  'history',
  'mandant',
  'connectors',
  'figures',
] as const;
export type LiveTopic = (typeof liveTopics)[number];
