import type { LiveTopic } from '@bruecke/contract';
import type { Id } from '@bruecke/model';

export type Told = ({ mandantId: Id } | { firmId: Id }) & { topics: LiveTopic[] };

/** Longer than a page takes from what it loaded, or still had, to its stream; and what `missed` may ask for. */
const keptMs = 60_000;

export type RecentNotices = {
  note(told: Told): void;
  /** Of the last so many milliseconds, newest first, each with its age in milliseconds. */
  ofLast(milliseconds: number): { told: Told; ago: number }[];
};

/** What this process heard in the last minute. All processes hear the same, so it does not matter which one a page finds. */
export function createRecentNotices(now: () => Date): RecentNotices {
  const kept: { told: Told; at: number }[] = [];
  const forget = (at: number) => {
    const from = kept.findIndex((notice) => notice.at >= at - keptMs);
    kept.splice(0, from === -1 ? kept.length : from);
  };
  return {
    note: (told) => {
      const at = now().getTime();
      forget(at);
      kept.push({ told, at });
    },
    ofLast: (milliseconds) => {
      const at = now().getTime();
      return kept
        .filter((notice) => notice.at >= at - milliseconds)
        .map((notice) => ({ told: notice.told, ago: at - notice.at }))
        .reverse();
    },
  };
}
