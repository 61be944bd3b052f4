import type { ReactNode } from 'react';
import { useTexts } from '../i18n/I18n.tsx';
import { Button } from '../ui/Button.tsx';
import { Form } from './Form.tsx';
import { UnsavedGuard } from './UnsavedGuard.tsx';
import type { FormState } from './useForm.ts';

type Props = {
  form: Pick<FormState<Record<string, unknown>>, 'isDirty' | 'isPending' | 'error' | 'onSubmit'>;
  /** Without the right the fields are read only, and there is nothing to save. */
  maySave?: boolean;
  children: ReactNode;
};

/** What is there, to be changed: saved when something differs, asked about when it is left before. */
export function EditForm({ form, maySave = true, children }: Props) {
  const { basics } = useTexts();
  return (
    <>
      <UnsavedGuard isDirty={form.isDirty} />
      <Form
        onSubmit={form.onSubmit}
        error={form.error}
        actions={
          maySave && (
            <Button kind="primary" type="submit" isDisabled={!form.isDirty} isPending={form.isPending}>
              {basics.save}
            </Button>
          )
        }
      >
        {children}
      </Form>
    </>
  );
}
