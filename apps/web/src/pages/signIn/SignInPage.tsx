import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths, safeReturn } from '../../paths.ts';
import { Door } from './Door.tsx';
import { SignInForm, type SignInStep } from './SignInForm.tsx';

export function SignInPage() {
  const { signIn } = useTexts();
  const [step, setStep] = useState<SignInStep>('first');
  const enter = useEnter();
  const isFirst = step === 'first';
  return (
    <Door
      title={isFirst ? signIn.title : signIn.second.title}
      foot={isFirst && <Link to={paths.newPassword}>{signIn.forgot}</Link>}
    >
      <SignInForm step={step} onStep={setStep} onDone={enter} />
    </Door>
  );
}

/** After sign-in: nothing of an earlier session stays in the cache, then on to where one wanted to go. */
export function useEnter(): () => void {
  const navigate = useNavigate();
  const client = useQueryClient();
  const { weiter } = useSearch({ strict: false });
  return () => {
    client.clear();
    void navigate({ href: safeReturn(weiter), replace: true });
  };
}
