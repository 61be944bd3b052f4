import { api } from '@bruecke/contract';
import type { FirmRole } from '@bruecke/model';
import { useState } from 'react';
import { useAct } from '../../api/query.tsx';
import { Form } from '../../forms/Form.tsx';
import { useForm } from '../../forms/useForm.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { toast } from '../../ui/Toast.tsx';
import { checks } from '../signIn/checks.ts';
import { StaffRights } from './StaffRights.tsx';

export function InviteStaff({ firmId }: { firmId: string }) {
  const { people } = useI18n().texts;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button kind="primary" icon="plus" onPress={() => setOpen(true)}>
        {people.invite}
      </Button>
      <Dialog title={people.inviteTitle} isOpen={isOpen} onClose={() => setOpen(false)}>
        <InviteForm firmId={firmId} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function InviteForm({ firmId, onDone }: { firmId: string; onDone: () => void }) {
  const { texts } = useI18n();
  const { people } = texts;
  const invite = useAct(api.firms.inviteStaff, { stale: [api.firms.listStaff] });
  const initial: { email: string; role: FirmRole; mayManageConnections: boolean } = {
    email: '',
    role: 'user',
    mayManageConnections: false,
  };
  const form = useForm({
    initial,
    check: (values) => ({ email: checks(texts).email(values.email) }),
    submit: async (values) => {
      const email = values.email.trim();
      await invite.mutateAsync({ params: { firmId }, body: { ...values, email } });
      toast({ tone: 'ok', text: people.sent(email) });
      onDone();
    },
  });
  return (
    <div className="stack">
      <p className="quiet">{people.inviteText}</p>
      <Form
        onSubmit={form.onSubmit}
        error={form.error}
        actions={
          <>
            <Button kind="primary" type="submit" isPending={form.isPending}>
              {people.send}
            </Button>
            <Button onPress={onDone}>{texts.basics.cancel}</Button>
          </>
        }
      >
        <TextField label={people.email} type="email" autoFocus {...form.field('email')} />
        <StaffRights
          role={form.values.role}
          mayManageConnections={form.values.mayManageConnections}
          onRole={(role) => form.set('role', role)}
          onConnections={(may) => form.set('mayManageConnections', may)}
        />
      </Form>
    </div>
  );
}
