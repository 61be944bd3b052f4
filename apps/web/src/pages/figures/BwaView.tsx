import { api } from '@bruecke/contract';
import { Link } from '@tanstack/react-router';
import { useAsk, useCall } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { Chip, Chips } from '../../ui/Chips.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { Select } from '../../ui/Select.tsx';
import { EmptyState } from '../../ui/States.tsx';
import { Switch } from '../../ui/Switch.tsx';
import type { Bwa, Place } from './answers.ts';
import { BwaCheck } from './BwaCheck.tsx';
import { BwaTable, isEmptyBwa } from './BwaTable.tsx';
import { ExportMenu } from './ExportMenu.tsx';
import { changed, otherView } from './search.ts';

/** The short-term result: a month beside the year before and cumulated, or all months side by side. */
export function BwaView({ place }: { place: Place }) {
  const { figures } = useI18n().texts;
  const { mandantId, year, search } = place;
  const isOfYear = year.months.some(({ month }) => month === search.monat);
  const bwa = useAsk(
    api.figures.bwa,
    {
      params: { mandantId, yearNo: year.yearNo },
      query: isOfYear && search.monat ? { month: search.monat } : {},
    },
    { keepPrevious: true },
  );
  return (
    <Loaded query={bwa}>
      {(data) =>
        data.chart === null ? (
          <EmptyState
            icon="figures"
            title={figures.bwa.noChart}
            actions={
              <Link
                className="button button-secondary"
                to={paths.figures}
                params={{ mandantId }}
                search={otherView(search, 'konten')}
              >
                {figures.views.konten}
              </Link>
            }
          >
            {figures.bwa.noChartText}
          </EmptyState>
        ) : isEmptyBwa(data) ? (
          <EmptyState icon="figures" title={figures.empty.noPostings} />
        ) : (
          <>
            <Tools place={place} bwa={data} />
            <BwaTable place={place} bwa={data} isOld={bwa.isPlaceholderData} />
            <BwaCheck bwa={data} />
          </>
        )
      }
    </Loaded>
  );
}

const comparison = 'label,month,share,previousMonth,change,cumulated,cumulatedShare,previousCumulated,cumulatedChange';
const allMonths = 'label,months,cumulated';

function Tools({ place, bwa }: { place: Place; bwa: Bwa }) {
  const { texts, format } = useI18n();
  const { figures } = texts;
  const call = useCall();
  const { mandantId, year, search, show } = place;
  return (
    <search className="figures-filter" aria-label={figures.filter}>
      <div className="figures-order">
        <Select
          label={figures.month}
          quietLabel
          options={bwa.allMonths.map((month) => ({ value: month, label: format.month(month) }))}
          value={bwa.month}
          onChange={(monat) => show(changed(search, { monat }))}
        />
      </div>
      <Chips label={figures.bwa.form}>
        <Chip
          isOn={!search.jahresform}
          label={figures.bwa.comparison}
          onPress={() => show(changed(search, { jahresform: undefined }))}
        />
        <Chip
          isOn={search.jahresform ?? false}
          label={figures.bwa.months}
          onPress={() => show(changed(search, { jahresform: true }))}
        />
      </Chips>
      <Switch
        isSelected={search.mitkonten ?? false}
        onChange={(on) => show(changed(search, { mitkonten: on || undefined }))}
      >
        {figures.bwa.allAccounts}
      </Switch>
      <ExportMenu
        load={(format) =>
          call(api.figures.exportBwa, {
            params: { mandantId, yearNo: year.yearNo },
            query: {
              month: bwa.month,
              format,
              used: true,
              columns: search.jahresform ? allMonths : comparison,
              ...(search.mitkonten ? { accounts: true } : {}),
            },
          })
        }
      />
    </search>
  );
}
