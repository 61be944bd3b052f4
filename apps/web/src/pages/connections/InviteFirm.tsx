import { api } from '@bruecke/contract';
import { useState } from 'react';
import { useAct } from '../../api/query.tsx';
import { Form } from '../../forms/Form.tsx';
import { useForm } from '../../forms/useForm.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { useSurroundings } from '../../surroundings.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { toast } from '../../ui/Toast.tsx';
import { checks } from '../signIn/checks.ts';

/** The Mandant invites a firm and chooses from which day on it sees vouchers. */
export function InviteFirm({ mandantId }: { mandantId: string }) {
  const { engagement } = useI18n().texts.connections;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button kind="primary" onPress={() => setOpen(true)}>
        {engagement.invite}
      </Button>
      <Dialog title={engagement.inviteTitle} isOpen={isOpen} onClose={() => setOpen(false)}>
        <InviteForm mandantId={mandantId} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function InviteForm({ mandantId, onDone }: { mandantId: string; onDone: () => void }) {
  const { texts } = useI18n();
  const { engagement } = texts.connections;
  const { now } = useSurroundings();
  const check = checks(texts);
  const invite = useAct(api.engagement.inviteFirm, { stale: [api.engagement.get] });
  const form = useForm({
    initial: { email: '', accessFrom: new Date(now()).toISOString().slice(0, 10) },
    check: (values) => ({ email: check.email(values.email), accessFrom: check.required(values.accessFrom) }),
    submit: async (values) => {
      const email = values.email.trim();
      await invite.mutateAsync({ params: { mandantId }, body: { email, accessFrom: values.accessFrom } });
      toast({ tone: 'ok', text: texts.people.sent(email) });
      onDone();
    },
  });
  return (
    <div className="stack">
      <p className="quiet">{engagement.inviteText}</p>
      <Form
        onSubmit={form.onSubmit}
        error={form.error}
        actions={
          <>
            <Button kind="primary" type="submit" isPending={form.isPending}>
              {texts.people.send}
            </Button>
            <Button onPress={onDone}>{texts.basics.cancel}</Button>
          </>
        }
      >
        <TextField label={texts.people.email} type="email" autoFocus {...form.field('email')} />
        <TextField
          label={engagement.accessFrom}
          hint={engagement.accessFromHint}
          type="date"
          {...form.field('accessFrom')}
        />
      </Form>
    </div>
  );
}
