export type Matched<R> = { read: R; path: string; ids: string[] };

/** Finds reads by path: `*` stands for an id, and a fixed name in its place must come first in the table. */
export function matching<R>(reads: Readonly<Record<string, R>>): (path: readonly string[]) => Matched<R> | null {
  const patterns = Object.entries(reads).map(([path, read]) => ({ segments: path.split('/'), path, read }));
  return (path) => {
    const given = path.length === 0 ? [''] : path;
    for (const { segments, path: name, read } of patterns) {
      if (segments.length !== given.length) continue;
      if (segments.every((segment, at) => segment === given[at] || (segment === '*' && given[at] !== '')))
        return { read, path: name, ids: given.filter((_, at) => segments[at] === '*') };
    }
    return null;
  };
}
