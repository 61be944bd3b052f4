import { api } from '@bruecke/contract';
import { useLocation } from '@tanstack/react-router';
import { useCall } from '../../api/query.tsx';
import { Form } from '../../forms/Form.tsx';
import { useForm } from '../../forms/useForm.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { PasswordField, TextField } from '../../ui/TextField.tsx';
import { checks, tokenFrom } from './checks.ts';
import { Door } from './Door.tsx';
import { useEnter } from './SignInPage.tsx';

/** First start: the one-time link from the server's log creates the first firm and its Kanzlei-Admin. */
export function SetUpPage() {
  const { signIn } = useI18n().texts;
  const { hash } = useLocation();
  const token = tokenFrom(hash);
  return (
    <Door title={signIn.setUp.title}>
      {token ? <SetUpForm token={token} /> : <Banner tone="bad" title={signIn.invitation.noToken} />}
    </Door>
  );
}

function SetUpForm({ token }: { token: string }) {
  const { texts, language } = useI18n();
  const { signIn } = texts;
  const call = useCall();
  const enter = useEnter();
  const check = checks(texts);
  const form = useForm({
    initial: { firmName: '', consultantNumber: '', name: '', email: '', password: '' },
    check: (values) => ({
      firmName: check.required(values.firmName),
      consultantNumber: check.consultantNumber(values.consultantNumber),
      name: check.required(values.name),
      email: check.email(values.email),
      password: check.password(values.password),
    }),
    submit: async (values) => {
      const consultantNumber = Number(values.consultantNumber);
      await call(api.auth.completeSetup, { body: { ...values, consultantNumber, token, language } });
      enter();
    },
  });
  return (
    <>
      <p className="quiet">{signIn.setUp.text}</p>
      <Form
        onSubmit={form.onSubmit}
        error={form.error}
        actions={
          <Button kind="primary" type="submit" isPending={form.isPending}>
            {signIn.setUp.submit}
          </Button>
        }
      >
        <fieldset className="door-part">
          <legend>{signIn.setUp.firmPart}</legend>
          <TextField label={signIn.setUp.firmName} autoComplete="organization" {...form.field('firmName')} />
          <TextField
            label={signIn.setUp.consultantNumber}
            hint={signIn.setUp.consultantHint}
            inputMode="numeric"
            {...form.field('consultantNumber')}
          />
        </fieldset>
        <fieldset className="door-part">
          <legend>{signIn.setUp.personPart}</legend>
          <TextField label={signIn.name} autoComplete="name" {...form.field('name')} />
          <TextField label={signIn.email} type="email" autoComplete="username" {...form.field('email')} />
          <PasswordField
            label={signIn.newPassword}
            hint={signIn.passwordHint}
            autoComplete="new-password"
            {...form.field('password')}
          />
        </fieldset>
      </Form>
    </>
  );
}
