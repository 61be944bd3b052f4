import { api } from '@bruecke/contract';
import { useState } from 'react';
import { useCall } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { PasswordField, TextField } from '../../ui/TextField.tsx';
import { PasskeyCancelled, usePasskey } from './usePasskey.ts';

/** "Is it you?" before an act that can't be taken back. Opens by itself when the server asks for it. */
export function FreshSignIn({ onEnd }: { onEnd: (confirmed: boolean) => void }) {
  const { texts } = useI18n();
  const { fresh, password: passwordLabel, passkeyCancelled } = texts.signIn;
  const call = useCall();
  const askPasskey = usePasskey();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [isPending, setPending] = useState(false);
  const run = async (confirm: () => Promise<unknown>) => {
    setPending(true);
    setError(null);
    try {
      await confirm();
      onEnd(true);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setPending(false);
    }
  };
  const withPassword = () =>
    run(() => call(api.auth.confirm, { body: { password, ...(code.trim() ? { code: code.trim() } : {}) } }));
  const withPasskey = () => run(async () => call(api.auth.confirm, { body: await askPasskey() }));
  return (
    <Dialog
      title={fresh.title}
      isOpen
      onClose={() => onEnd(false)}
      actions={
        <>
          <Button icon="key" onPress={() => void withPasskey()}>
            {fresh.passkey}
          </Button>
          <Button kind="primary" isDisabled={password === ''} isPending={isPending} onPress={() => void withPassword()}>
            {fresh.submit}
          </Button>
        </>
      }
    >
      <div className="stack">
        <p className="quiet">{fresh.text}</p>
        <PasswordField
          label={passwordLabel}
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
          onEnter={() => void withPassword()}
          autoFocus
        />
        <TextField
          label={fresh.code}
          hint={fresh.codeHint}
          value={code}
          onChange={setCode}
          autoComplete="one-time-code"
          isRequired={false}
          onEnter={() => void withPassword()}
        />
        {error instanceof PasskeyCancelled && <p role="status">{passkeyCancelled}</p>}
        {error !== null && !(error instanceof PasskeyCancelled) && <ProblemBanner error={error} />}
      </div>
    </Dialog>
  );
}
