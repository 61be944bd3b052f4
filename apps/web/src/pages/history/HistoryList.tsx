import type { HistoryEntry } from '@bruecke/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useI18n } from '../../i18n/I18n.tsx';
import type { Texts } from '../../i18n/texts.ts';
import { Button } from '../../ui/Button.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { Select } from '../../ui/Select.tsx';
import { EmptyState } from '../../ui/States.tsx';
import { HistoryLine } from './HistoryLine.tsx';
import './history.css';

export type HistoryPage = { entries: HistoryEntry[]; next: string | null };

type Props = {
  /** Query key; its first part is the endpoint's path, so that live events refresh it. */
  queryKey: readonly [path: string, scope: string];
  load: (query: { cursor?: string; kind?: string }, signal: AbortSignal) => Promise<HistoryPage>;
  /** Nouns that occur in this chain, for the filter. */
  groups: readonly Group[];
  /** Whether the entries are about several Mandanten. */
  namesMandant?: boolean;
};

type Group = keyof Texts['history']['groups'];

/** Newest first, day by day; older ones on request. */
export function HistoryList({ queryKey, load, groups, namesMandant = false }: Props) {
  const { texts } = useI18n();
  const { history } = texts;
  const [kind, setKind] = useGroup(groups);
  const query = useInfiniteQuery({
    queryKey: [...queryKey, kind],
    queryFn: ({ pageParam, signal }) =>
      load({ ...(pageParam ? { cursor: pageParam } : {}), ...(kind === 'all' ? {} : { kind }) }, signal),
    initialPageParam: '',
    getNextPageParam: (page: HistoryPage) => page.next ?? undefined,
  });
  const options = groups.map((each) => ({ value: each, label: history.groups[each] }));
  return (
    <div className="stack">
      <div className="history-tools">
        <p className="quiet">{history.text}</p>
        <Select label={history.kind} quietLabel options={options} value={kind} onChange={setKind} />
      </div>
      <Loaded query={query}>
        {({ pages }) => {
          const entries = pages.flatMap((page) => page.entries);
          if (entries.length === 0) return <EmptyState icon="history" title={history.empty} />;
          return <Days entries={entries} namesMandant={namesMandant} />;
        }}
      </Loaded>
      {query.error && query.data && <ProblemBanner error={query.error} />}
      {query.hasNextPage && (
        <div>
          <Button isPending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
            {history.more}
          </Button>
        </div>
      )}
    </div>
  );
}

function Days({ entries, namesMandant }: { entries: readonly HistoryEntry[]; namesMandant: boolean }) {
  const { format } = useI18n();
  const days = new Map<string, HistoryEntry[]>();
  for (const entry of entries.toSorted(newestFirst)) {
    const day = format.date(entry.at);
    days.set(day, [...(days.get(day) ?? []), entry]);
  }
  return [...days].map(([day, list]) => (
    <section key={day} className="history-day" aria-label={day}>
      <h2 className="num">{day}</h2>
      <ol>
        {list.map((entry) => (
          <HistoryLine key={entry.id} entry={entry} namesMandant={namesMandant} />
        ))}
      </ol>
    </section>
  ));
}

/** The filter stands in the address, so that "Verlauf" of a connection can lead here. */
function useGroup(groups: readonly Group[]): [Group, (group: Group) => void] {
  const { art }: { art?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const choose = (group: Group) =>
    void navigate({ to: '.', search: group === 'all' ? {} : { art: group }, hash: true, replace: true });
  return [groups.find((group) => group === art) ?? 'all', choose];
}

/** What happened in one moment stands in the order of the chain; what is not sealed yet is the newest. */
function newestFirst(a: HistoryEntry, b: HistoryEntry): number {
  return b.at.localeCompare(a.at) || (b.seq ?? Number.POSITIVE_INFINITY) - (a.seq ?? Number.POSITIVE_INFINITY) || 0;
}
