import { api } from '@bruecke/contract';
import type { GrantableMemberRight, MemberRole } from '@bruecke/model';
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
import { MemberRights } from './MemberRights.tsx';

type Props = { mandantId: string; onlyAdmin: boolean };

export function InviteMember(props: Props) {
  const { people } = useI18n().texts;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button kind="primary" icon="plus" onPress={() => setOpen(true)}>
        {people.invite}
      </Button>
      <Dialog title={people.inviteTitle} isOpen={isOpen} onClose={() => setOpen(false)}>
        <InviteForm {...props} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

type Values = { email: string; role: MemberRole; rights: GrantableMemberRight[] };

function InviteForm({ mandantId, onlyAdmin, onDone }: Props & { onDone: () => void }) {
  const { texts } = useI18n();
  const { people } = texts;
  const invite = useAct(api.mandanten.inviteMember, { stale: [api.mandanten.listMembers] });
  const initial: Values = { email: '', role: onlyAdmin ? 'admin' : 'user', rights: ['read', 'handIn'] };
  const form = useForm({
    initial,
    check: (values) => ({ email: checks(texts).email(values.email) }),
    submit: async ({ email, role, rights }) => {
      const body = { email: email.trim(), role, rights: role === 'admin' ? [] : rights };
      await invite.mutateAsync({ params: { mandantId }, body });
      toast({ tone: 'ok', text: people.sent(email.trim()) });
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
        <MemberRights
          role={form.values.role}
          rights={form.values.rights}
          onRole={(role) => form.set('role', role)}
          onRights={(rights) => form.set('rights', rights)}
          onlyAdmin={onlyAdmin}
        />
      </Form>
    </div>
  );
}
