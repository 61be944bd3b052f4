import { api } from '@bruecke/contract';
import { useState } from 'react';
import { useAct } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { useSurroundings } from '../../surroundings.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { ConfirmDialog, Dialog } from '../../ui/Dialog.tsx';
import { ItemList } from '../../ui/ItemList.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import type { Profile } from './answers.ts';
import { CreateApiKey } from './CreateApiKey.tsx';
import './profile.css';

type ApiKey = Profile['apiKeys'][number];

/** Keys for programs that work in the person's name, one Mandant each. The key itself is shown once. */
export function ApiKeysCard({ profile }: { profile: Profile }) {
  const { texts, format } = useI18n();
  const { profile: words, people } = texts;
  const { now } = useSurroundings();
  const [creating, setCreating] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const revoke = useAct(api.profile.revokeApiKey, { stale: [api.profile.get], onDone: () => setRevoking(null) });
  return (
    <Card
      title={words.apiKeys}
      description={words.apiKeysText}
      aside={
        <Button icon="plus" onPress={() => setCreating(true)}>
          {words.createKey}
        </Button>
      }
    >
      <ItemList
        label={words.apiKeys}
        empty={words.noKeys}
        items={profile.apiKeys.map((key) => ({
          id: key.id,
          title: (
            <>
              {key.name} <code className="quiet">{key.prefix}…</code>
            </>
          ),
          meta: [
            key.mandantName,
            key.rights.map((right) => people.rights[right]).join(', '),
            key.usedAt ? words.used(format.moment(key.usedAt, now())) : words.neverUsed,
            ...(key.expiresAt ? [words.keyExpires(format.date(key.expiresAt))] : []),
          ].join(' · '),
          actions: (
            <Button aria-label={`${words.revoke}: ${key.name}`} onPress={() => setRevoking(key)}>
              {words.revoke}
            </Button>
          ),
        }))}
      />
      {creating && (
        <CreateApiKey
          onClose={() => setCreating(false)}
          onDone={(key) => {
            setCreating(false);
            setShown(key);
          }}
        />
      )}
      {shown !== null && <NewKey secret={shown} onClose={() => setShown(null)} />}
      <ConfirmDialog
        title={words.revokeTitle(revoking?.name ?? '')}
        isOpen={revoking !== null}
        onClose={() => setRevoking(null)}
        onConfirm={() => revoking && revoke.mutate({ params: { apiKeyId: revoking.id } })}
        confirm={words.revoke}
        isPending={revoke.isPending}
        danger
      >
        <p>{words.revokeText}</p>
        {revoke.error && <ProblemBanner error={revoke.error} />}
      </ConfirmDialog>
    </Card>
  );
}

function NewKey({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { profile: words } = useI18n().texts;
  return (
    <Dialog
      title={words.keyTitle}
      isOpen
      role="alertdialog"
      onClose={onClose}
      actions={
        <>
          <CopyButton text={secret} />
          <Button kind="primary" onPress={onClose}>
            {words.keyDone}
          </Button>
        </>
      }
    >
      <div className="stack">
        <p>{words.keyShown}</p>
        <code className="secret">{secret}</code>
      </div>
    </Dialog>
  );
}
