import { api } from '@bruecke/contract';
import { useQueryClient } from '@tanstack/react-query';
import { keyOf, useAsk, useCall } from '../../api/query.tsx';
import { EditForm } from '../../forms/EditForm.tsx';
import { differs, useForm } from '../../forms/useForm.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { toast } from '../../ui/Toast.tsx';
import { readAmount } from './amount.ts';
import type { Voucher } from './answers.ts';
import { changeOf, noType, valuesOf } from './factsForm.ts';

type Props = { mandantId: string; voucher: Voucher; mayEdit: boolean };

/** Facts entered or read, each change kept with author and time. */
export function VoucherFacts({ mandantId, voucher, mayEdit }: Props) {
  const { texts, language } = useI18n();
  const { fields: words, remarks } = texts.vouchers;
  const call = useCall();
  const client = useQueryClient();
  const params = { mandantId, voucherId: voucher.id };
  const fresh = valuesOf(voucher, language);
  const form = useForm({
    initial: fresh,
    check: (values) => ({
      grossCents: values.grossCents !== '' && readAmount(values.grossCents) === null ? words.grossWrong : undefined,
      currency: /^[A-Z]{3}$/.test(values.currency) ? undefined : words.currencyWrong,
    }),
    submit: async (values, saved) => {
      const body = changeOf(values, saved, voucher.fields);
      client.setQueryData(keyOf(api.vouchers.get, { params }), await call(api.vouchers.change, { params, body }));
      void client.invalidateQueries({ queryKey: [api.vouchers.list.path] });
      toast({ tone: 'ok', text: words.saved });
    },
  });
  // What others have entered meanwhile, as long as this person has entered nothing.
  if (!form.isDirty && !form.isPending && differs(form.values, fresh)) form.reset(fresh);
  return (
    <div className="stack">
      {voucher.remarks.length > 0 && (
        <ul className="facts-remarks">
          {voucher.remarks.map((remark) => (
            <li key={remark} className={remark === 'eInvoice' ? 'facts-remark' : 'facts-remark facts-remark-warn'}>
              {remarks[remark]}
            </li>
          ))}
        </ul>
      )}
      <EditForm form={form} maySave={mayEdit}>
        <TypeField mandantId={mandantId} isReadOnly={!mayEdit} {...form.field('documentType')} />
        <TextField label={words.partner} isReadOnly={!mayEdit} maxLength={160} {...form.field('partner')} />
        <div className="form-pair">
          <TextField label={words.number} isReadOnly={!mayEdit} maxLength={60} {...form.field('number')} />
          <TextField label={words.date} type="date" isReadOnly={!mayEdit} {...form.field('date')} />
        </div>
        <div className="form-pair">
          <TextField
            label={words.gross}
            hint={words.grossHint}
            inputMode="decimal"
            isReadOnly={!mayEdit}
            {...form.field('grossCents')}
          />
          <TextField label={words.currency} isReadOnly={!mayEdit} maxLength={3} {...form.field('currency')} />
        </div>
        <TextField label={words.note} multiline isReadOnly={!mayEdit} maxLength={255} {...form.field('note')} />
      </EditForm>
    </div>
  );
}

type TypeProps = {
  mandantId: string;
  value: string;
  onChange: (value: string) => void;
  isReadOnly: boolean;
  error: string | undefined;
};

function TypeField({ mandantId, value, onChange, isReadOnly, error }: TypeProps) {
  const { fields } = useI18n().texts.vouchers;
  const rules = useAsk(api.vouchers.handInRules, { params: { mandantId } }, { enabled: !isReadOnly });
  const known = (rules.data?.documentTypes ?? []).map((each) => each.name);
  // The present type stays choosable when DATEV no longer lists it.
  const names = value === noType || known.includes(value) ? known : [value, ...known];
  return (
    <>
      <Select
        label={fields.type}
        options={[{ value: noType, label: fields.noType }, ...names.map((name) => ({ value: name, label: name }))]}
        value={value}
        onChange={onChange}
        isDisabled={isReadOnly}
        error={error}
      />
      {rules.error && <ProblemBanner error={rules.error} />}
    </>
  );
}
