import { api } from '@bruecke/contract';
import { useState } from 'react';
import { useAct, useCall } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { useSurroundings } from '../../surroundings.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { ConfirmDialog, Dialog } from '../../ui/Dialog.tsx';
import { ItemList } from '../../ui/ItemList.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { toast } from '../../ui/Toast.tsx';
import { PasskeyCancelled } from '../signIn/usePasskey.ts';
import type { Profile } from './answers.ts';

type Passkey = Profile['passkeys'][number];

export function PasskeysCard({ profile }: { profile: Profile }) {
  const { texts, format } = useI18n();
  const { profile: words } = texts;
  const { now } = useSurroundings();
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Passkey | null>(null);
  const remove = useAct(api.profile.removePasskey, { stale: [api.profile.get], onDone: () => setRemoving(null) });
  return (
    <Card
      title={words.passkeys}
      description={words.passkeysText}
      aside={
        <Button icon="key" onPress={() => setAdding(true)}>
          {words.addPasskey}
        </Button>
      }
    >
      <ItemList
        label={words.passkeys}
        empty={words.noPasskeys}
        items={profile.passkeys.map((passkey) => ({
          id: passkey.id,
          title: passkey.name,
          meta: [
            words.created(format.date(passkey.createdAt)),
            passkey.usedAt ? words.used(format.moment(passkey.usedAt, now())) : words.neverUsed,
          ].join(' · '),
          actions: (
            <Button aria-label={`${words.remove}: ${passkey.name}`} onPress={() => setRemoving(passkey)}>
              {words.remove}
            </Button>
          ),
        }))}
      />
      {adding && <AddPasskey onClose={() => setAdding(false)} />}
      <ConfirmDialog
        title={words.removePasskeyTitle(removing?.name ?? '')}
        isOpen={removing !== null}
        onClose={() => setRemoving(null)}
        onConfirm={() => removing && remove.mutate({ params: { passkeyId: removing.id } })}
        confirm={words.remove}
        isPending={remove.isPending}
        danger
      >
        <p>{words.removePasskeyText}</p>
        {remove.error && <ProblemBanner error={remove.error} />}
      </ConfirmDialog>
    </Card>
  );
}

function AddPasskey({ onClose }: { onClose: () => void }) {
  const { texts } = useI18n();
  const { profile: words, basics, signIn } = texts;
  const [name, setName] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [isPending, setPending] = useState(false);
  const ask = useNewPasskey();
  const save = useAct(api.profile.addPasskey, { stale: [api.profile.get] });
  const add = async () => {
    setPending(true);
    setError(null);
    try {
      await save.mutateAsync({ body: { ...(await ask()), name: name.trim() } });
      toast({ tone: 'ok', text: words.passkeyAdded });
      onClose();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setPending(false);
    }
  };
  const canStart = 'PublicKeyCredential' in window;
  return (
    <Dialog
      title={words.addPasskey}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{basics.cancel}</Button>
          <Button
            kind="primary"
            isDisabled={name.trim() === '' || !canStart}
            isPending={isPending}
            onPress={() => void add()}
          >
            {words.passkeyNext}
          </Button>
        </>
      }
    >
      <div className="stack">
        {!canStart && <Banner tone="warn" title={words.passkeyUnsupported} />}
        <TextField
          label={words.passkeyNamed}
          hint={words.passkeyHint}
          value={name}
          onChange={setName}
          maxLength={60}
          autoFocus
        />
        {error instanceof PasskeyCancelled && <Banner tone="wait" title={signIn.passkeyCancelled} />}
        {error !== null && !(error instanceof PasskeyCancelled) && <ProblemBanner error={error} />}
      </div>
    </Dialog>
  );
}

/** Asks the server for a challenge and the browser for a new key pair. */
function useNewPasskey(): () => Promise<{ challengeId: string; response: Record<string, unknown> }> {
  const call = useCall();
  return async () => {
    const { challengeId, options } = await call(api.profile.passkeyOptions);
    const { startRegistration } = await import('@simplewebauthn/browser');
    try {
      // The server's library made these options for exactly this function; the contract leaves them open.
      const optionsJSON = options as never;
      const response = await startRegistration({ optionsJSON });
      return { challengeId, response: { ...response } };
    } catch (cause) {
      throw new PasskeyCancelled('passkey', { cause });
    }
  };
}
