import { api } from '@bruecke/contract';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useAsk } from '../../api/query.tsx';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { useMandant } from '../../session/mandant.ts';
import { Loaded } from '../../ui/Loaded.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { Select } from '../../ui/Select.tsx';
import { Skeleton } from '../../ui/States.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { AccountView } from './AccountView.tsx';
import type { FigureYear, Place, SyncState } from './answers.ts';
import { BwaView } from './BwaView.tsx';
import { FirstSync } from './FirstSync.tsx';
import { ItemsView } from './ItemsView.tsx';
import { JournalView } from './JournalView.tsx';
import { NoFigures } from './NoFigures.tsx';
import { Notices } from './Notices.tsx';
import { StandLine } from './StandLine.tsx';
import { SumsView } from './SumsView.tsx';
import { changed, type FiguresSearch, type FigureView, figureViews, otherView } from './search.ts';
import './figures.css';

const ChartsView = lazy(() => import('./ChartsView.tsx').then((m) => ({ default: m.ChartsView })));

const route = '/shell/mandanten/$mandantId/auswertungen';

/** Auswertungen of a Mandant. Which, of what year and period stands in the address. */
export function FiguresPage() {
  const { figures } = useTexts();
  const { mandantId } = useParams({ from: route });
  const params = { mandantId };
  const mandant = useMandant(mandantId);
  const state = useAsk(api.figures.state, { params });
  const years = useAsk(api.figures.years, { params });
  const known = years.data?.years ?? [];
  const place = usePlace(mandantId, known);
  return (
    <div className="fill figures">
      <PageHeader
        title={figures.title}
        meta={
          <div className="figures-meta">
            <span>{mandant.data?.name}</span>
            {place && state.data && <StandLine mandantId={mandantId} state={state.data} year={place.year} />}
          </div>
        }
        actions={place && known.length > 1 && <YearField place={place} years={known} />}
      />
      <Loaded query={state}>
        {(sync) => <Loaded query={years}>{() => <Content mandantId={mandantId} state={sync} place={place} />}</Loaded>}
      </Loaded>
    </div>
  );
}

type ContentProps = { mandantId: string; state: SyncState; place: Place | null };

/** The figures, or why there are none yet. */
function Content({ mandantId, state, place }: ContentProps) {
  const { run } = state;
  const isFirst = run !== null && state.firstReadAt === null;
  if (!place) return run ? <FirstSync run={run} /> : <NoFigures mandantId={mandantId} state={state} />;
  return (
    <>
      {isFirst && <FirstSync run={run} />}
      <Notices mandantId={mandantId} state={state} year={place.year} />
      {/* Anew for each: what is kept on the screen while it loads must not be another Mandant's, or another year's. */}
      {place.year.stand !== null && <Views key={`${mandantId} ${place.year.yearNo}`} place={place} />}
    </>
  );
}

/** The year of the address, else the newest that was read; null while there is none. */
function usePlace(mandantId: string, years: readonly FigureYear[]): Place | null {
  const search = useSearch({ from: route });
  const navigate = useNavigate();
  const to = (next: FiguresSearch, replace: boolean) =>
    void navigate({ to: paths.figures, params: { mandantId }, search: next, replace });
  const read = years.filter((one) => one.stand !== null);
  const year = years.find((one) => one.yearNo === search.jahr) ?? read[0];
  if (!year) return null;
  return { mandantId, year, search, show: (next) => to(next, true), go: (next) => to(next, false) };
}

function YearField({ place, years }: { place: Place; years: readonly FigureYear[] }) {
  const { figures } = useTexts();
  const { search } = place;
  const options = years.map((year) => ({
    value: String(year.yearNo),
    label: year.label,
    ...(year.former ? { note: figures.formerYear } : {}),
  }));
  return (
    <div className="figures-year">
      <span className="quiet" aria-hidden="true">
        {figures.year}
      </span>
      <Select
        label={figures.year}
        quietLabel
        options={options}
        value={String(place.year.yearNo)}
        onChange={(value) => {
          const { von: _from, bis: _to, monat: _month, buchung: _posting, beleg: _voucher, ...rest } = search;
          place.go({ ...rest, jahr: Number(value) });
        }}
      />
    </div>
  );
}

function Views({ place }: { place: Place }) {
  const { views } = useTexts().figures;
  const { search, go } = place;
  const shown = search.ansicht ?? 'bwa';
  return (
    <Tabs
      label={views.label}
      selected={shown}
      onSelect={(id) => {
        const next = figureViews.find((each) => each === id);
        if (next && next !== shown) go(otherView(search, next));
      }}
      items={figureViews.map((id) => ({
        id,
        label: views[id],
        content: id === shown && <View view={id} place={place} />,
      }))}
    />
  );
}

function View({ view, place }: { view: FigureView; place: Place }) {
  const { konto } = place.search;
  if (view === 'konten') {
    if (konto === undefined) return <SumsView place={place} />;
    return (
      <AccountView
        key={konto}
        place={place}
        account={konto}
        onBack={() =>
          place.go(changed(place.search, { konto: undefined, text: undefined, buchung: undefined, beleg: undefined }))
        }
      />
    );
  }
  if (view === 'journal') return <JournalView place={place} />;
  if (view === 'posten') return <ItemsView place={place} />;
  if (view === 'bwa') return <BwaView place={place} />;
  return (
    <Suspense fallback={<Skeleton lines={8} />}>
      <ChartsView place={place} />
    </Suspense>
  );
}
