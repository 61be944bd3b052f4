import { api } from '@bruecke/contract';
import { useMemo, useState } from 'react';
import { type Answer, createCall } from '../../api/call.ts';
import { CallContext } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import type { Reason } from '../../session/absence.ts';
import { useSurroundings } from '../../surroundings.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { SignInForm, type SignInStep } from './SignInForm.tsx';

type Me = Answer<typeof api.auth.me>;

type Props = {
  /** Whose page is open. */
  person: Me;
  reason: Reason;
  onBack: (me: Me) => void;
  /** Somebody else is signed in, or nobody wants to be: nothing of the page may stay. */
  onLeave: () => void;
};

/** Over the page whose session is over. What stands on it can't be read meanwhile: whoever ended the session may have meant that. */
export function SignInAgain({ person, reason, onBack, onLeave }: Props) {
  const { texts, language } = useI18n();
  const { again, second, forgot } = texts.signIn;
  const { fetch } = useSurroundings();
  const [step, setStep] = useState<SignInStep>('first');
  // Of its own: the page's calls wait for the end of this.
  const call = useMemo(
    () =>
      createCall({
        fetch,
        csrfToken: () => null,
        confirmAfresh: async () => false,
        signedInAgain: () => null,
        absence: () => undefined,
      }),
    [fetch],
  );
  const onDone = async () => {
    const me = await call(api.auth.me);
    if (me.id === person.id) onBack(me);
    else onLeave();
  };
  return (
    <CallContext value={call}>
      <Dialog
        title={step === 'first' ? again.title : second.title}
        isOpen
        hides
        actions={
          <>
            <a className="grow small" href={paths.newPassword} target="_blank" rel="noreferrer">
              {forgot}
            </a>
            <Button kind="quiet" onPress={onLeave}>
              {again.leave}
            </Button>
          </>
        }
      >
        <div className="stack">
          <p>
            {reason?.[language] ?? again.over} {again.text}
          </p>
          <SignInForm step={step} onStep={setStep} onDone={onDone} email={person.email} />
        </div>
      </Dialog>
    </CallContext>
  );
}
