import { api } from '@bruecke/contract';
import { lazy, Suspense, useState } from 'react';
import type { Answer } from '../../api/call.ts';
import { useAct } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { ConfirmDialog, Dialog } from '../../ui/Dialog.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import { Skeleton } from '../../ui/States.tsx';
import { TextField } from '../../ui/TextField.tsx';
import type { Profile } from './answers.ts';
import { RecoveryCodes } from './RecoveryCodes.tsx';

const QrCode = lazy(() => import('../../ui/QrCode.tsx').then((module) => ({ default: module.QrCode })));

type Secret = Answer<typeof api.profile.startTotp>;

/** Fewer recovery codes than this are worth a word. */
const few = 3;

export function TotpCard({ profile }: { profile: Profile }) {
  const { texts, format } = useI18n();
  const { profile: words } = texts;
  const [secret, setSecret] = useState<Secret | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [asking, setAsking] = useState<'stop' | 'codes' | null>(null);
  const start = useAct(api.profile.startTotp, { onDone: setSecret });
  const close = () => setAsking(null);
  const stop = useAct(api.profile.removeTotp, { stale: [api.profile.get], onDone: close });
  const isShort = profile.totpOn && profile.recoveryCodesLeft < few;
  const renew = useAct(api.profile.newRecoveryCodes, {
    stale: [api.profile.get],
    onDone: ({ recoveryCodes }) => {
      close();
      setCodes(recoveryCodes);
    },
  });
  return (
    <>
      <Card
        title={words.totp}
        description={words.totpText}
        aside={
          <StateBadge tone={profile.totpOn ? 'ok' : 'wait'}>{profile.totpOn ? words.totpOn : words.totpOff}</StateBadge>
        }
        foot={profile.totpOn ? words.codesLeft(format.number(profile.recoveryCodesLeft)) : undefined}
        actions={
          profile.totpOn ? (
            <>
              <Button onPress={() => setAsking('codes')}>{words.newCodes}</Button>
              <Button kind="danger" onPress={() => setAsking('stop')}>
                {words.totpStop}
              </Button>
            </>
          ) : (
            <Button isPending={start.isPending} onPress={() => start.mutate({})}>
              {words.totpStart}
            </Button>
          )
        }
      >
        {(isShort || start.error) && (
          <>
            {isShort && <Banner tone="warn" title={words.fewCodes} />}
            {start.error && <ProblemBanner error={start.error} />}
          </>
        )}
      </Card>
      {secret && (
        <SetUp
          secret={secret}
          onClose={() => setSecret(null)}
          onDone={(fresh) => {
            setSecret(null);
            setCodes(fresh);
          }}
        />
      )}
      {codes && <RecoveryCodes codes={codes} onClose={() => setCodes(null)} />}
      <ConfirmDialog
        title={words.totpStopTitle}
        isOpen={asking === 'stop'}
        onClose={close}
        onConfirm={() => stop.mutate({})}
        confirm={words.totpStop}
        isPending={stop.isPending}
        danger
      >
        <p>{words.totpStopText}</p>
        {stop.error && <ProblemBanner error={stop.error} />}
      </ConfirmDialog>
      <ConfirmDialog
        title={words.newCodesTitle}
        isOpen={asking === 'codes'}
        onClose={close}
        onConfirm={() => renew.mutate({})}
        confirm={words.newCodes}
        isPending={renew.isPending}
      >
        <p>{words.newCodesText}</p>
        {renew.error && <ProblemBanner error={renew.error} />}
      </ConfirmDialog>
    </>
  );
}

type SetUpProps = { secret: Secret; onClose: () => void; onDone: (recoveryCodes: readonly string[]) => void };

/** The code to scan, the key for those who can't scan, and the proof that the app has it. */
function SetUp({ secret, onClose, onDone }: SetUpProps) {
  const { profile: words, basics } = useI18n().texts;
  const [code, setCode] = useState('');
  const confirm = useAct(api.profile.confirmTotp, {
    stale: [api.profile.get],
    onDone: ({ recoveryCodes }) => onDone(recoveryCodes),
  });
  const digits = code.replace(/\s/g, '');
  const send = () => {
    if (digits.length >= 6) confirm.mutate({ body: { code: digits } });
  };
  return (
    <Dialog
      title={words.totpSetUp}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{basics.cancel}</Button>
          <Button kind="primary" isDisabled={digits.length < 6} isPending={confirm.isPending} onPress={send}>
            {words.totpConfirm}
          </Button>
        </>
      }
    >
      <div className="stack">
        <p>{words.totpScan}</p>
        <Suspense fallback={<Skeleton lines={4} />}>
          <QrCode text={secret.uri} label={words.totpQr} />
        </Suspense>
        <p className="quiet">{words.totpByHand}</p>
        <div className="row">
          <code className="secret">{secret.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
          <CopyButton text={secret.secret} />
        </div>
        <p>{words.totpThen}</p>
        <TextField
          label={words.totpCode}
          value={code}
          onChange={setCode}
          onEnter={send}
          inputMode="numeric"
          autoComplete="one-time-code"
        />
        {confirm.error && <ProblemBanner error={confirm.error} />}
      </div>
    </Dialog>
  );
}
