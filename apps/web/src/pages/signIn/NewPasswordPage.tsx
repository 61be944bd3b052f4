import { api } from '@bruecke/contract';
import { Link, useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { useCall } from '../../api/query.tsx';
import { Form } from '../../forms/Form.tsx';
import { useForm } from '../../forms/useForm.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { PasswordField, TextField } from '../../ui/TextField.tsx';
import { checks, tokenFrom } from './checks.ts';
import { Door } from './Door.tsx';

/** Without a token: ask for the link. With one: set the password. */
export function NewPasswordPage() {
  const { signIn } = useI18n().texts;
  const { hash } = useLocation();
  const token = tokenFrom(hash);
  return (
    <Door title={signIn.reset.title} foot={<Link to={paths.signIn}>{signIn.reset.toSignIn}</Link>}>
      {token ? <SetPassword token={token} /> : <AskForLink />}
    </Door>
  );
}

function AskForLink() {
  const { texts } = useI18n();
  const { reset, email } = texts.signIn;
  const call = useCall();
  const [asked, setAsked] = useState(false);
  const form = useForm({
    initial: { email: '' },
    check: (values) => ({ email: checks(texts).email(values.email) }),
    submit: async (values) => {
      await call(api.auth.requestPasswordReset, { body: { email: values.email.trim() } });
      setAsked(true);
    },
  });
  if (asked) return <Banner tone="ok" title={reset.asked} />;
  return (
    <>
      <p className="quiet">{reset.askText}</p>
      <Form
        onSubmit={form.onSubmit}
        error={form.error}
        actions={
          <Button kind="primary" type="submit" isPending={form.isPending}>
            {reset.ask}
          </Button>
        }
      >
        <TextField label={email} type="email" autoComplete="username" inputMode="email" {...form.field('email')} />
      </Form>
    </>
  );
}

function SetPassword({ token }: { token: string }) {
  const { texts } = useI18n();
  const { reset, newPassword, passwordHint } = texts.signIn;
  const call = useCall();
  const [done, setDone] = useState(false);
  const form = useForm({
    initial: { password: '' },
    check: (values) => ({ password: checks(texts).password(values.password) }),
    submit: async (values) => {
      await call(api.auth.completePasswordReset, { body: { token, password: values.password } });
      setDone(true);
    },
  });
  if (done) return <Banner tone="ok" title={reset.done} />;
  return (
    <>
      <p className="quiet">{reset.setText}</p>
      <Form
        onSubmit={form.onSubmit}
        error={form.error}
        actions={
          <Button kind="primary" type="submit" isPending={form.isPending}>
            {reset.set}
          </Button>
        }
      >
        <PasswordField
          label={newPassword}
          hint={passwordHint}
          autoComplete="new-password"
          {...form.field('password')}
        />
      </Form>
    </>
  );
}
