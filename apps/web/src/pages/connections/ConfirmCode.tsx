import { api } from '@bruecke/contract';
import { useQueryClient } from '@tanstack/react-query';
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
import type { FirmInvitation } from './answers.ts';

/** The check code that the firm reads out opens the Kanzleiverbindung. */
export function ConfirmCode({ mandantId, invitation }: { mandantId: string; invitation: FirmInvitation }) {
  const { texts } = useI18n();
  const { engagement } = texts.connections;
  const [isOpen, setOpen] = useState(false);
  const client = useQueryClient();
  const confirm = useAct(api.engagement.confirm, {
    stale: [api.engagement.get, api.mandanten.get, api.connections.page],
  });
  const form = useForm({
    initial: { checkCode: '' },
    check: (values) => ({ checkCode: checks(texts).required(values.checkCode) }),
    submit: async (values) => {
      const body = { checkCode: values.checkCode.trim() };
      await confirm.mutateAsync({ params: { mandantId, invitationId: invitation.id }, body });
      toast({ tone: 'ok', text: engagement.confirmed });
      setOpen(false);
    },
  });
  const close = () => {
    setOpen(false);
    // The fifth wrong code has ended the invitation. Asked before, the card would go and take this dialog's words along.
    if (form.error) void client.invalidateQueries({ queryKey: [api.engagement.get.path] });
  };
  return (
    <>
      <Button kind="primary" onPress={() => setOpen(true)}>
        {engagement.enterCode}
      </Button>
      <Dialog title={engagement.codeTitle} isOpen={isOpen} onClose={close}>
        <div className="stack">
          <p className="quiet">{engagement.codeText(invitation.firmName ?? invitation.email)}</p>
          <Form
            onSubmit={form.onSubmit}
            error={form.error}
            actions={
              <Button kind="primary" type="submit" isPending={form.isPending}>
                {engagement.confirm}
              </Button>
            }
          >
            <TextField label={engagement.code} autoFocus autoComplete="off" {...form.field('checkCode')} />
          </Form>
        </div>
      </Dialog>
    </>
  );
}
