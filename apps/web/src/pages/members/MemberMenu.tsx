import { api } from '@bruecke/contract';
import { useState } from 'react';
import { useAct } from '../../api/query.tsx';
import { Form } from '../../forms/Form.tsx';
import { useForm } from '../../forms/useForm.ts';
import { useTexts } from '../../i18n/I18n.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog, Dialog } from '../../ui/Dialog.tsx';
import { MenuButton, MenuItem } from '../../ui/Menu.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import type { Member } from './answers.ts';
import { MemberRights } from './MemberRights.tsx';

export function MemberMenu({ mandantId, person }: { mandantId: string; person: Member }) {
  const { people } = useTexts();
  const [open, setOpen] = useState<'rights' | 'remove' | null>(null);
  const close = () => setOpen(null);
  const params = { mandantId, userId: person.userId };
  const remove = useAct(api.mandanten.removeMember, { stale: [api.mandanten.listMembers], onDone: close });
  return (
    <>
      <MenuButton
        label={people.menu(person.name)}
        icon="moreVertical"
        items={
          <>
            <MenuItem icon="pen" onAction={() => setOpen('rights')}>
              {people.change}
            </MenuItem>
            <MenuItem icon="trash" danger onAction={() => setOpen('remove')}>
              {people.remove}
            </MenuItem>
          </>
        }
      />
      <Dialog title={people.changeTitle(person.name)} isOpen={open === 'rights'} onClose={close}>
        <RightsForm mandantId={mandantId} person={person} onDone={close} />
      </Dialog>
      <ConfirmDialog
        title={people.removeTitle(person.name)}
        isOpen={open === 'remove'}
        onClose={close}
        onConfirm={() => remove.mutate({ params })}
        confirm={people.remove}
        danger
        isPending={remove.isPending}
        typed={person.name}
      >
        <p>{people.removeText}</p>
        {remove.error && <ProblemBanner error={remove.error} />}
      </ConfirmDialog>
    </>
  );
}

function RightsForm({ mandantId, person, onDone }: { mandantId: string; person: Member; onDone: () => void }) {
  const { basics } = useTexts();
  const change = useAct(api.mandanten.changeMember, { stale: [api.mandanten.listMembers, api.auth.me] });
  const form = useForm({
    initial: { role: person.role, rights: person.rights },
    submit: async (values) => {
      await change.mutateAsync({ params: { mandantId, userId: person.userId }, body: values });
      onDone();
    },
  });
  return (
    <Form
      onSubmit={form.onSubmit}
      error={form.error}
      actions={
        <>
          <Button kind="primary" type="submit" isDisabled={!form.isDirty} isPending={form.isPending}>
            {basics.save}
          </Button>
          <Button onPress={onDone}>{basics.cancel}</Button>
        </>
      }
    >
      <MemberRights
        role={form.values.role}
        rights={form.values.rights}
        onRole={(role) => form.set('role', role)}
        onRights={(rights) => form.set('rights', rights)}
      />
    </Form>
  );
}
