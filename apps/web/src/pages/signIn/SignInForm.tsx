import { api } from '@bruecke/contract';
import { useState } from 'react';
import type { Answer } from '../../api/call.ts';
import { useCall } from '../../api/query.tsx';
import { Form } from '../../forms/Form.tsx';
import { useForm } from '../../forms/useForm.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { PasswordField, TextField } from '../../ui/TextField.tsx';
import { checks } from './checks.ts';
import { PasskeyCancelled, usePasskey } from './usePasskey.ts';
import './signInForm.css';

type Result = Answer<typeof api.auth.signIn>;

/** What is asked for: password or passkey, and then the code where a second factor is set up. */
export type SignInStep = 'first' | 'second';

type Props = {
  step: SignInStep;
  onStep: (step: SignInStep) => void;
  onDone: () => void;
  /** Of whom it probably is. */
  email?: string;
};

/** The fields of a sign-in, for whatever stands around them. */
export function SignInForm({ step, onStep, onDone, email = '' }: Props) {
  const { signIn } = useI18n().texts;
  const onResult = (result: Result) => (result.state === 'secondFactor' ? onStep('second') : onDone());
  if (step === 'second') return <SecondFactor onDone={onDone} onOther={() => onStep('first')} />;
  return (
    <div className="sign-in">
      <PasswordPart email={email} onResult={onResult} />
      <div className="sign-in-or">{signIn.or}</div>
      <PasskeyPart onResult={onResult} />
    </div>
  );
}

function PasswordPart({ email, onResult }: { email: string; onResult: (result: Result) => void }) {
  const { texts } = useI18n();
  const { signIn } = texts;
  const call = useCall();
  const check = checks(texts);
  const form = useForm({
    initial: { email, password: '' },
    check: (values) => ({ email: check.email(values.email), password: check.required(values.password) }),
    submit: async (values) =>
      onResult(await call(api.auth.signIn, { body: { email: values.email.trim(), password: values.password } })),
  });
  return (
    <Form
      onSubmit={form.onSubmit}
      error={form.error}
      actions={
        <Button kind="primary" type="submit" isPending={form.isPending}>
          {signIn.submit}
        </Button>
      }
    >
      <TextField
        label={signIn.email}
        type="email"
        name="email"
        autoComplete="username"
        inputMode="email"
        {...form.field('email')}
      />
      <PasswordField
        label={signIn.password}
        name="password"
        autoComplete="current-password"
        autoFocus={email !== ''}
        {...form.field('password')}
      />
    </Form>
  );
}

function PasskeyPart({ onResult }: { onResult: (result: Result) => void }) {
  const { signIn } = useI18n().texts;
  const call = useCall();
  const askPasskey = usePasskey();
  const [error, setError] = useState<unknown>(null);
  const start = async () => {
    setError(null);
    try {
      onResult(await call(api.auth.passkeySignIn, { body: await askPasskey() }));
    } catch (thrown) {
      setError(thrown);
    }
  };
  return (
    <>
      <Button icon="key" onPress={() => void start()}>
        {signIn.passkey}
      </Button>
      {error instanceof PasskeyCancelled && <Banner tone="wait" title={signIn.passkeyCancelled} />}
      {error !== null && !(error instanceof PasskeyCancelled) && <ProblemBanner error={error} />}
    </>
  );
}

function SecondFactor({ onDone, onOther }: { onDone: () => void; onOther: () => void }) {
  const { texts } = useI18n();
  const { second } = texts.signIn;
  const call = useCall();
  const check = checks(texts);
  const form = useForm({
    initial: { code: '' },
    check: (values) => ({ code: check.required(values.code) }),
    submit: async (values) => {
      await call(api.auth.secondFactor, { body: { code: values.code.replace(/\s/g, '') } });
      onDone();
    },
  });
  return (
    <div className="sign-in">
      <p className="quiet">{second.text}</p>
      <Form
        onSubmit={form.onSubmit}
        error={form.error}
        actions={
          <>
            <Button kind="primary" type="submit" isPending={form.isPending}>
              {second.submit}
            </Button>
            <Button kind="quiet" onPress={onOther}>
              {second.other}
            </Button>
          </>
        }
      >
        <TextField label={second.code} autoComplete="one-time-code" autoFocus {...form.field('code')} />
      </Form>
    </div>
  );
}
