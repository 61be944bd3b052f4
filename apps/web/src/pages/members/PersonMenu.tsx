import { type ReactNode, useState } from 'react';
import { Form } from '../../forms/Form.tsx';
import { useForm } from '../../forms/useForm.ts';
import { useTexts } from '../../i18n/I18n.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog, Dialog } from '../../ui/Dialog.tsx';
import { MenuButton, MenuItem } from '../../ui/Menu.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';

type RightsProps<Rights> = {
  rights: Rights;
  onSave: (rights: Rights) => Promise<unknown>;
  /** The fields of `rights`. */
  fields: (rights: Rights, set: (rights: Rights) => void) => ReactNode;
};
type Props<Rights> = RightsProps<Rights> & {
  name: string;
  removal: { isPending: boolean; error: Error | null; run: (onDone: () => void) => void };
};

/** What an admin may do with a colleague: change the rights, or take all of them away, confirmed by the name. */
export function PersonMenu<Rights>({ name, removal, ...rights }: Props<Rights>) {
  const { people } = useTexts();
  const [open, setOpen] = useState<'rights' | 'remove' | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <MenuButton
        label={people.menu(name)}
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
      <Dialog title={people.changeTitle(name)} isOpen={open === 'rights'} onClose={close}>
        <RightsForm {...rights} onDone={close} />
      </Dialog>
      <ConfirmDialog
        title={people.removeTitle(name)}
        isOpen={open === 'remove'}
        onClose={close}
        onConfirm={() => removal.run(close)}
        confirm={people.remove}
        danger
        isPending={removal.isPending}
        typed={name}
      >
        <p>{people.removeText}</p>
        {removal.error && <ProblemBanner error={removal.error} />}
      </ConfirmDialog>
    </>
  );
}

function RightsForm<Rights>(props: RightsProps<Rights> & { onDone: () => void }) {
  const { basics } = useTexts();
  const form = useForm({
    initial: { rights: props.rights },
    submit: async ({ rights }) => {
      await props.onSave(rights);
      props.onDone();
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
          <Button onPress={props.onDone}>{basics.cancel}</Button>
        </>
      }
    >
      {props.fields(form.values.rights, (rights) => form.set('rights', rights))}
    </Form>
  );
}
