import type { HistoryEntry } from '@bruecke/contract';

/** What a sentence of the Protokoll may speak of: who, names as far as the reader may see them, plain facts. */
export type Facts = {
  /** Who did it, in words of the language. */
  who: string;
  /** Name of a noun or label (`voucher`, `mandant`, `invited.email`), or null where it is not (or no longer) known. */
  name: (label: string) => string | null;
  text: (key: string) => string | null;
  count: (key: string) => number;
  flag: (key: string) => boolean;
  /** Strings of a list. */
  list: (key: string) => readonly string[];
  /** Names of the people in a list of `{ userId }` or of ids, each once. */
  people: (key: string) => readonly string[];
};

export function factsOf(entry: Pick<HistoryEntry, 'data' | 'names'>, who: string): Facts {
  const { data, names } = entry;
  const list = (key: string): readonly unknown[] => {
    const value = data[key];
    return Array.isArray(value) ? value : [];
  };
  return {
    who,
    name: (label) => names[label] || null,
    text: (key) => {
      const value = data[key];
      return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
    },
    count: (key) => {
      const value = data[key];
      return typeof value === 'number' ? value : 0;
    },
    flag: (key) => data[key] === true,
    list: (key) => list(key).filter((each) => typeof each === 'string'),
    people: (key) => {
      const ids = list(key).map(personId);
      return [...new Set(ids)].flatMap(
        (id) => names[`user.${id}`] ?? (id === data['userId'] ? (names['user'] ?? []) : []),
      );
    },
  };
}

function personId(each: unknown): string {
  if (typeof each === 'string') return each;
  return typeof each === 'object' && each !== null && 'userId' in each ? String(each.userId) : '';
}

/** DATEV's own code; what Brücke calls a cause itself is no message of DATEV's. */
export function codeOfDatev({ text }: Facts): string | null {
  const code = text('code');
  return code !== null && /^#?(DCO)?\d+$/.test(code) ? code : null;
}
