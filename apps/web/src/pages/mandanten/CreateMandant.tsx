import { api } from '@bruecke/contract';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAct } from '../../api/query.tsx';
import { Form } from '../../forms/Form.tsx';
import { useForm } from '../../forms/useForm.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { toast } from '../../ui/Toast.tsx';
import { checks } from '../signIn/checks.ts';

export function CreateMandant({ firmId }: { firmId: string }) {
  const { mandanten } = useI18n().texts;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button kind="primary" icon="plus" onPress={() => setOpen(true)}>
        {mandanten.create}
      </Button>
      <Dialog title={mandanten.createTitle} isOpen={isOpen} onClose={() => setOpen(false)}>
        <CreateForm firmId={firmId} onCancel={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

export const isMandantNumber = (text: string): boolean => /^[1-9]\d{0,4}$/.test(text.trim());

function CreateForm({ firmId, onCancel }: { firmId: string; onCancel: () => void }) {
  const { texts } = useI18n();
  const { mandanten, basics } = texts;
  const navigate = useNavigate();
  const check = checks(texts);
  const create = useAct(api.firms.createMandant, { stale: [api.firms.listMandanten, api.mandanten.list, api.auth.me] });
  const form = useForm({
    initial: { name: '', mandantNumber: '', adminEmail: '' },
    check: (values) => ({
      name: check.required(values.name),
      mandantNumber: isMandantNumber(values.mandantNumber) ? undefined : mandanten.numberWrong,
      adminEmail: values.adminEmail === '' ? undefined : check.email(values.adminEmail),
    }),
    submit: async (values) => {
      const name = values.name.trim();
      const { mandantId } = await create.mutateAsync({
        params: { firmId },
        body: {
          name,
          mandantNumber: Number(values.mandantNumber),
          ...(values.adminEmail ? { adminEmail: values.adminEmail.trim() } : {}),
        },
      });
      toast({ tone: 'ok', text: mandanten.created(name) });
      void navigate({ to: paths.connections, params: { mandantId } });
    },
  });
  return (
    <div className="stack">
      <p className="quiet">{mandanten.createText}</p>
      <Form
        onSubmit={form.onSubmit}
        error={form.error}
        actions={
          <>
            <Button kind="primary" type="submit" isPending={form.isPending}>
              {mandanten.create}
            </Button>
            <Button onPress={onCancel}>{basics.cancel}</Button>
          </>
        }
      >
        <TextField label={mandanten.name} autoFocus {...form.field('name')} />
        <TextField
          label={mandanten.number}
          hint={mandanten.numberHint}
          inputMode="numeric"
          {...form.field('mandantNumber')}
        />
        <TextField
          label={mandanten.adminEmail}
          hint={mandanten.adminEmailHint}
          type="email"
          isRequired={false}
          {...form.field('adminEmail')}
        />
      </Form>
    </div>
  );
}
