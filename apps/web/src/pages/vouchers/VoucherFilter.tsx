import { voucherStatuses } from '@bruecke/model';
import { useEffect, useState } from 'react';
import { useI18n } from '../../i18n/I18n.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { SearchField } from '../../ui/SearchField.tsx';
import { Select } from '../../ui/Select.tsx';
import type { VoucherSearch } from './search.ts';
import { statusLook } from './states.ts';
import type { VoucherCounts } from './useVoucherList.ts';

type Props = { search: VoucherSearch; counts: VoucherCounts; onChange: (search: VoucherSearch) => void };

const any = '*';

export function VoucherFilter({ search, counts, onChange }: Props) {
  const { texts, format } = useI18n();
  const { filter } = texts.vouchers;
  const { beleg: _beleg, ...base } = search;
  const types = [
    { value: any, label: filter.allTypes },
    ...counts.documentTypes.map((each) => ({ value: each, label: each })),
  ];
  const months = [
    { value: any, label: filter.allMonths },
    ...counts.months.map((each) => ({ value: each, label: format.month(each) })),
  ];
  return (
    <search className="voucher-filter" aria-label={filter.label}>
      <StatusChips search={search} counts={counts} onChange={onChange} />
      <div className="voucher-filter-fields">
        <TextFilter value={search.text ?? ''} onChange={(text) => onChange(withOrWithout(base, 'text', text))} />
        <Select
          label={filter.type}
          quietLabel
          options={types}
          value={search.typ ?? any}
          onChange={(value) => onChange(withOrWithout(base, 'typ', value))}
        />
        <Select
          label={filter.month}
          quietLabel
          options={months}
          value={search.monat ?? any}
          onChange={(value) => onChange(withOrWithout(base, 'monat', value))}
        />
      </div>
    </search>
  );
}

function withOrWithout(search: VoucherSearch, name: 'text' | 'typ' | 'monat', value: string): VoucherSearch {
  const { [name]: _old, ...rest } = search;
  return value === '' || value === any ? rest : { ...rest, [name]: value };
}

/** Waits until typing pauses, so that not every letter asks the server. */
function TextFilter({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { filter } = useI18n().texts.vouchers;
  const [typed, setTyped] = useState(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts the clock
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed), 250);
    return () => clearTimeout(timer);
  }, [typed]);
  return <SearchField label={filter.text} value={typed} onChange={setTyped} />;
}

function StatusChips({ search, counts, onChange }: Props) {
  const { texts, format } = useI18n();
  const numbers = new Map(counts.byStatus.map((each) => [each.status, each.count]));
  const all = counts.byStatus.reduce((sum, each) => sum + each.count, 0);
  const { status: _status, beleg: _beleg, ...base } = search;
  return (
    <fieldset className="chips" aria-label={texts.vouchers.filter.status}>
      <Chip isOn={!search.status} onPress={() => onChange(base)} label={texts.basics.all} count={format.number(all)} />
      {voucherStatuses.map((status) => (
        <Chip
          key={status}
          isOn={search.status === status}
          onPress={() => onChange(search.status === status ? base : { ...base, status })}
          label={texts.vouchers.status[status]}
          count={format.number(numbers.get(status) ?? 0)}
          icon={
            <span className={`badge-plain badge-${statusLook[status].tone} chip-icon`}>
              <Icon name={statusLook[status].icon} size={15} />
            </span>
          }
        />
      ))}
    </fieldset>
  );
}

type ChipProps = { isOn: boolean; onPress: () => void; label: string; count: string; icon?: React.ReactNode };

function Chip({ isOn, onPress, label, count, icon }: ChipProps) {
  return (
    <button type="button" className="chip" aria-pressed={isOn} onClick={onPress}>
      {icon}
      {label} <span className="num chip-count">{count}</span>
    </button>
  );
}
