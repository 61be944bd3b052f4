import { api } from '@bruecke/contract';
import { useState } from 'react';
import { useAct, useAsk } from '../../api/query.tsx';
import { Form } from '../../forms/Form.tsx';
import { useForm } from '../../forms/useForm.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ItemList } from '../../ui/ItemList.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { toast } from '../../ui/Toast.tsx';
import { checks } from '../signIn/checks.ts';

/** The firms of this instance, and a new one with its first Kanzlei-Admin. */
export function FirmList() {
  const { texts, format } = useI18n();
  const { firms: words, tabs } = texts.operator;
  const [creating, setCreating] = useState(false);
  const firms = useAsk(api.operator.firms, {});
  return (
    <Card
      title={tabs.firms}
      description={words.text}
      aside={
        <Button icon="plus" onPress={() => setCreating(true)}>
          {words.create}
        </Button>
      }
    >
      <Loaded query={firms}>
        {(data) => (
          <ItemList
            label={tabs.firms}
            empty={words.empty}
            items={data.firms.map((firm) => ({
              id: firm.id,
              title: firm.name,
              meta: [
                `${words.number} ${firm.consultantNumber}`,
                words.counts(firm.mandanten, firm.staff),
                words.since(format.date(firm.createdAt)),
              ].join(' · '),
            }))}
          />
        )}
      </Loaded>
      {creating && <CreateFirm onClose={() => setCreating(false)} />}
    </Card>
  );
}

function CreateFirm({ onClose }: { onClose: () => void }) {
  const { texts } = useI18n();
  const { firms: words } = texts.operator;
  const check = checks(texts);
  const create = useAct(api.operator.createFirm, {
    stale: [api.operator.firms, api.operator.status, api.operator.mails],
  });
  const form = useForm({
    initial: { name: '', consultantNumber: '', adminEmail: '' },
    check: (values) => ({
      name: check.required(values.name),
      consultantNumber: check.consultantNumber(values.consultantNumber),
      adminEmail: check.email(values.adminEmail),
    }),
    submit: async (values) => {
      const body = {
        name: values.name.trim(),
        consultantNumber: Number(values.consultantNumber),
        adminEmail: values.adminEmail.trim(),
      };
      await create.mutateAsync({ body });
      toast({ tone: 'ok', text: words.created });
      onClose();
    },
  });
  return (
    <Dialog title={words.createTitle} isOpen onClose={onClose}>
      <Form
        onSubmit={form.onSubmit}
        error={form.error}
        actions={
          <>
            <Button onPress={onClose}>{texts.basics.cancel}</Button>
            <Button kind="primary" type="submit" isPending={form.isPending}>
              {words.create}
            </Button>
          </>
        }
      >
        <TextField label={words.name} autoFocus {...form.field('name')} />
        <TextField
          label={words.number}
          hint={texts.signIn.setUp.consultantHint}
          inputMode="numeric"
          {...form.field('consultantNumber')}
        />
        <TextField label={words.adminEmail} hint={words.adminHint} type="email" {...form.field('adminEmail')} />
      </Form>
    </Dialog>
  );
}
