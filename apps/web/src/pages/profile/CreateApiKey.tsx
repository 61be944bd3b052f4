import { api } from '@bruecke/contract';
import { rights as allRights, type Right } from '@bruecke/model';
import { useAct, useAsk } from '../../api/query.tsx';
import { Form } from '../../forms/Form.tsx';
import { useForm } from '../../forms/useForm.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { useSurroundings } from '../../surroundings.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ComboBox } from '../../ui/Select.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { checks } from '../signIn/checks.ts';
import './profile.css';

type Props = { onClose: () => void; onDone: (key: string) => void };
type Values = { name: string; mandantId: string; rights: readonly Right[]; until: string };

/** End of the chosen day in Germany is meant; the last second of it in UTC is near enough and never too early. */
const endOfDay = (day: string) => `${day}T23:59:59Z`;

export function CreateApiKey({ onClose, onDone }: Props) {
  const { texts } = useI18n();
  const { profile: words, people, basics } = texts;
  const { now } = useSurroundings();
  const check = checks(texts);
  const list = useAsk(api.mandanten.list, { query: { limit: 500 } });
  const create = useAct(api.profile.createApiKey, { stale: [api.profile.get] });
  const initial: Values = { name: '', mandantId: '', rights: ['read', 'handIn'], until: '' };
  const form = useForm({
    initial,
    check: (values) => ({
      name: check.required(values.name),
      mandantId: check.required(values.mandantId),
      rights: values.rights.length === 0 ? words.keyRightsWrong : undefined,
      until: values.until === '' || Date.parse(endOfDay(values.until)) > now() ? undefined : words.keyUntilWrong,
    }),
    submit: async ({ name, mandantId, rights, until }) => {
      const expires = until ? { expiresAt: endOfDay(until) } : {};
      const { key } = await create.mutateAsync({
        body: { name: name.trim(), mandantId, rights: [...rights], ...expires },
      });
      onDone(key);
    },
  });
  const mandanten = list.data?.mandanten ?? [];
  const own = mandanten.find((each) => each.id === form.values.mandantId)?.rights ?? allRights;
  return (
    <Dialog title={words.createKey} isOpen onClose={onClose}>
      <Form
        onSubmit={form.onSubmit}
        error={form.error}
        actions={
          <>
            <Button onPress={onClose}>{basics.cancel}</Button>
            <Button kind="primary" type="submit" isPending={form.isPending}>
              {words.createKey}
            </Button>
          </>
        }
      >
        <TextField label={words.keyName} hint={words.keyNameHint} maxLength={60} {...form.field('name')} />
        <ComboBox
          label={words.keyMandant}
          options={mandanten.map((each) => ({
            value: each.id,
            label: each.name,
            ...(each.mandantNumber === null ? {} : { note: String(each.mandantNumber) }),
          }))}
          {...form.field('mandantId')}
        />
        <fieldset className="rights-choice">
          <legend>{words.keyRights}</legend>
          {own.map((right) => (
            <Checkbox
              key={right}
              isSelected={form.values.rights.includes(right)}
              onChange={(on) =>
                form.set(
                  'rights',
                  on ? [...form.values.rights, right] : form.values.rights.filter((each) => each !== right),
                )
              }
            >
              {people.rights[right]}
            </Checkbox>
          ))}
          <p className="small quiet">{form.field('rights').error ?? words.keyRightsHint}</p>
        </fieldset>
        <TextField
          label={words.keyUntil}
          hint={words.keyUntilHint}
          type="date"
          isRequired={false}
          {...form.field('until')}
        />
      </Form>
    </Dialog>
  );
}
