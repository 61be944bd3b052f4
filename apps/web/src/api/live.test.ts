import { liveTopics } from '@bruecke/contract';
import { describe, expect, it } from 'vitest';
import { backOff, isStale, openLive } from './live.ts';

/** An event stream that does what the test says. */
class FakeStream {
  static all: FakeStream[] = [];
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  closed = false;
  constructor() {
    FakeStream.all.push(this);
  }
  close() {
    this.closed = true;
  }
}

function setUp() {
  FakeStream.all = [];
  const timers: { after: number; act: () => void }[] = [];
  const heard: string[] = [];
  const states: string[] = [];
  const live = openLive(
    {
      // Only the three handlers and close() are used; the rest of EventSource has no part in it.
      open: () => new FakeStream() as unknown as EventSource,
      url: () => '/live',
      onTopics: (topics, ago) => heard.push(...topics.map((topic) => (ago === 0 ? topic : `${topic} ${ago} ms ago`))),
      onState: (state) => states.push(state),
      setTimer: (after, act) => {
        timers.push({ after, act });
        return () => {};
      },
      random: () => 1,
    },
    liveTopics,
  );
  return { live, timers, heard, states, last: () => FakeStream.all.at(-1) };
}

describe('live events', () => {
  it('passes known topics on and ignores the rest', () => {
    const { heard, last } = setUp();
    last()?.onopen?.();
    for (const data of [
      '{"mandantId":"m","topics":["vouchers","nonsense","history"]}',
      '{"topics":7}',
      'not json',
      '{}',
    ])
      last()?.onmessage?.({ data });
    expect(heard).toEqual(['vouchers', 'history']);
  });

  it('tells how long ago it was what the server tells again', () => {
    const { heard, last } = setUp();
    last()?.onopen?.();
    last()?.onmessage?.({ data: '{"mandantId":"m","topics":["figures"],"ago":1200}' });
    last()?.onmessage?.({ data: '{"mandantId":"m","topics":["history"],"ago":"long"}' });
    expect(heard).toEqual(['figures 1200 ms ago', 'history']);
  });

  it('tries again with growing pauses, and says so only after a while', () => {
    const { timers, states, last } = setUp();
    for (let n = 0; n < 4; n += 1) {
      last()?.onerror?.();
      timers.at(-1)?.act();
    }
    expect(timers.map((timer) => timer.after)).toEqual([1000, 2000, 4000, 8000]);
    expect(states).toEqual(['lost', 'lost']);
  });

  it('asks for everything after a gap, because events in it are gone', () => {
    const { timers, heard, states, last } = setUp();
    last()?.onopen?.();
    expect(heard).toEqual([]);
    last()?.onerror?.();
    timers[0]?.act();
    last()?.onopen?.();
    expect(heard).toEqual([...liveTopics]);
    expect(states).toEqual(['connected', 'connected']);
  });

  it('asks for everything once when a stream is refused again: access may have ended', () => {
    const { timers, heard, last } = setUp();
    last()?.onopen?.();
    for (let n = 0; n < 4; n += 1) {
      last()?.onerror?.();
      timers.at(-1)?.act();
    }
    expect(heard).toEqual([...liveTopics]);
  });

  it('leaves no stream open', () => {
    const { live } = setUp();
    live.now();
    live.close();
    expect(FakeStream.all.every((stream) => stream.closed)).toBe(true);
  });
});

describe('isStale', () => {
  it('knows what a topic touches', () => {
    expect(isStale('vouchers', '/mandanten/:mandantId/vouchers/counts')).toBe(true);
    expect(isStale('vouchers', '/auth/me')).toBe(false);
    expect(isStale('connections', '/mandanten/:mandantId/connections')).toBe(true);
    expect(isStale('members', '/mandanten/:mandantId/engagement/cut')).toBe(true);
    expect(isStale('members', '/mandanten/:mandantId/engagement')).toBe(false);
  });
});

describe('backOff', () => {
  it('never waits longer than half a minute', () => {
    expect(backOff(20, 1)).toBe(30_000);
    expect(backOff(0, 0)).toBe(700);
  });
});
