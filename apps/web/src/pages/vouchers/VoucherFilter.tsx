import { voucherStatuses } from '@bruecke/model';
import { useI18n } from '../../i18n/I18n.tsx';
import { Chip, Chips } from '../../ui/Chips.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextFilter } from '../../ui/TextFilter.tsx';
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
        <TextFilter
          label={filter.text}
          value={search.text ?? ''}
          onChange={(text) => onChange(withOrWithout(base, 'text', text))}
        />
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

function StatusChips({ search, counts, onChange }: Props) {
  const { texts, format } = useI18n();
  const numbers = new Map(counts.byStatus.map((each) => [each.status, each.count]));
  const all = counts.byStatus.reduce((sum, each) => sum + each.count, 0);
  const { status: _status, beleg: _beleg, ...base } = search;
  return (
    <Chips label={texts.vouchers.filter.status}>
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
    </Chips>
  );
}
