import type { LiveTopic } from '@bruecke/contract';

/** Parts of endpoint paths whose data a topic makes stale. The first part of every query key is such a path. */
const stale: Record<LiveTopic, readonly string[]> = {
  vouchers: ['/vouchers', '/overview', '/deliveries', '/firms/:firmId/mandanten', '/connections'],
  connections: ['/connections', '/datevconnect', '/datev-sign-in', '/overview', '/firms/:firmId/mandanten', '/hand-in'],
  // Whether Trennen is possible depends on who belongs to the Mandant.
  members: ['/members', '/staff', '/assignments', '/engagement/cut'],
  engagement: ['/engagement', '/mandanten/:mandantId', '/firms/:firmId/mandanten'],
  history: ['/history'],
  mandant: ['/mandanten', '/assignments'],
  connectors: ['/connectors', '/datevconnect'],
  figures: ['/figures', '/vouchers/:voucherId/postings', '/mandanten/:mandantId/overview'],
};

export function isStale(topic: LiveTopic, path: string): boolean {
  return stale[topic].some((part) => path.includes(part));
}

/** Milliseconds before the n-th new attempt (0, 1, 2 …): 1 s, 2 s, 4 s … at most 30 s, spread so that not all come at once. */
export function backOff(attempt: number, random: number): number {
  const full = Math.min(30_000, 1000 * 2 ** attempt);
  return Math.round(full * (0.7 + 0.3 * random));
}

export type LiveSettings = {
  open: (url: string) => EventSource;
  /** Asked for at each attempt: it says how much may have been missed. */
  url: () => string;
  /** `ago`: how long ago it was, milliseconds; 0 for what happens now. */
  onTopics: (topics: readonly LiveTopic[], ago: number) => void;
  /** `lost` only after it was missed for a moment, so that a restart of the server does not flash a banner. */
  onState: (state: 'connected' | 'lost') => void;
  setTimer: (after: number, act: () => void) => () => void;
  random: () => number;
};

/**
 * One event stream with our own reconnecting: EventSource gives up on some answers and then says nothing.
 * After every reconnect `onTopics` is called for all of them, because events in the gap are not repeated.
 * @returns a function that ends it, and one that tries again at once
 */
export function openLive(settings: LiveSettings, topics: readonly LiveTopic[]): { close: () => void; now: () => void } {
  let attempt = 0;
  let missed = false;
  let source: EventSource | null = null;
  let cancel = () => {};
  const connect = () => {
    cancel();
    source?.close();
    source = settings.open(settings.url());
    source.onopen = () => {
      attempt = 0;
      settings.onState('connected');
      if (missed) settings.onTopics(topics, 0);
      missed = false;
    };
    source.onmessage = (event: MessageEvent<string>) => {
      const { told, ago } = read(event.data, topics);
      if (told.length > 0) settings.onTopics(told, ago);
    };
    source.onerror = () => {
      source?.close();
      missed = true;
      // Refused at the second try as well: perhaps what the page shows is no longer this person's (a cut). Asking tells.
      if (attempt === 1) settings.onTopics(topics, 0);
      if (attempt >= 2) settings.onState('lost');
      cancel = settings.setTimer(backOff(attempt, settings.random()), connect);
      attempt += 1;
    };
  };
  connect();
  return {
    close: () => {
      cancel();
      source?.close();
    },
    now: connect,
  };
}

const nothing = { told: [], ago: 0 };

/** `{"mandantId": …, "topics": ["vouchers", …], "ago": 1200}`; topics that a newer server knows and we don't are left out. */
function read(data: string, known: readonly LiveTopic[]): { told: LiveTopic[]; ago: number } {
  try {
    const parsed: unknown = JSON.parse(data);
    if (typeof parsed !== 'object' || parsed === null || !('topics' in parsed) || !Array.isArray(parsed.topics))
      return nothing;
    const { topics } = parsed;
    const ago = 'ago' in parsed && typeof parsed.ago === 'number' ? parsed.ago : 0;
    return { told: known.filter((topic) => topics.includes(topic)), ago };
  } catch {
    return nothing;
  }
}
