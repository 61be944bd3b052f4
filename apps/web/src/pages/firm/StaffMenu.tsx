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
import type { StaffPerson } from './answers.ts';
import { StaffRights } from './StaffRights.tsx';

export function StaffMenu({ firmId, person }: { firmId: string; person: StaffPerson }) {
  const { people } = useTexts();
  const [open, setOpen] = useState<'rights' | 'remove' | null>(null);
  const close = () => setOpen(null);
  const remove = useAct(api.firms.removeStaff, { stale: [api.firms.listStaff], onDone: close });
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
        <RightsForm firmId={firmId} person={person} onDone={close} />
      </Dialog>
      <ConfirmDialog
        title={people.removeTitle(person.name)}
        isOpen={open === 'remove'}
        onClose={close}
        onConfirm={() => remove.mutate({ params: { firmId, userId: person.userId } })}
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

function RightsForm({ firmId, person, onDone }: { firmId: string; person: StaffPerson; onDone: () => void }) {
  const { basics } = useTexts();
  const change = useAct(api.firms.changeStaff, { stale: [api.firms.listStaff, api.auth.me] });
  const form = useForm({
    initial: { role: person.role, mayManageConnections: person.mayManageConnections },
    submit: async (values) => {
      await change.mutateAsync({ params: { firmId, userId: person.userId }, body: values });
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
      <StaffRights
        role={form.values.role}
        mayManageConnections={form.values.mayManageConnections}
        onRole={(role) => form.set('role', role)}
        onConnections={(may) => form.set('mayManageConnections', may)}
      />
    </Form>
  );
}
