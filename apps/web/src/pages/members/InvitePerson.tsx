import { type ReactNode, useState } from 'react';
import { Form } from '../../forms/Form.tsx';
import { useForm } from '../../forms/useForm.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { toast } from '../../ui/Toast.tsx';
import { checks } from '../signIn/checks.ts';

type Props<Rights> = {
  rights: Rights;
  onInvite: (email: string, rights: Rights) => Promise<unknown>;
  /** The fields of `rights`. */
  fields: (rights: Rights, set: (rights: Rights) => void) => ReactNode;
};

/** The button that invites by mail, and its dialog. */
export function InvitePerson<Rights>(props: Props<Rights>) {
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

function InviteForm<Rights>(props: Props<Rights> & { onDone: () => void }) {
  const { texts } = useI18n();
  const { people } = texts;
  const form = useForm({
    initial: { email: '', rights: props.rights },
    check: (values) => ({ email: checks(texts).email(values.email) }),
    submit: async ({ email, rights }) => {
      await props.onInvite(email.trim(), rights);
      toast({ tone: 'ok', text: people.sent(email.trim()) });
      props.onDone();
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
            <Button onPress={props.onDone}>{texts.basics.cancel}</Button>
          </>
        }
      >
        <TextField label={people.email} type="email" autoFocus {...form.field('email')} />
        {props.fields(form.values.rights, (rights) => form.set('rights', rights))}
      </Form>
    </div>
  );
}
