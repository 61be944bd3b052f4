import { api } from '@bruecke/contract';
import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Answer } from '../../api/call.ts';
import { useAct, useAsk, useCall } from '../../api/query.tsx';
import { Form } from '../../forms/Form.tsx';
import { useForm } from '../../forms/useForm.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { fill, paths } from '../../paths.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { PasswordField, TextField } from '../../ui/TextField.tsx';
import { checks, tokenFrom } from './checks.ts';
import { Door } from './Door.tsx';
import { useEnter } from './SignInPage.tsx';

type Invitation = Answer<typeof api.auth.lookUpInvitation>;

/** The link of an invitation mail: a new account, or one that is there already. */
export function InvitationPage() {
  const { invitation } = useI18n().texts.signIn;
  const { hash } = useLocation();
  const token = tokenFrom(hash);
  return (
    <Door title={invitation.title}>
      {token ? <Invitation token={token} /> : <Banner tone="bad" title={invitation.noToken} />}
    </Door>
  );
}

function Invitation({ token }: { token: string }) {
  const found = useAsk(api.auth.lookUpInvitation, { body: { token } });
  const { texts } = useI18n();
  return (
    <Loaded query={found}>
      {(invitation) => (
        <>
          <p>{sentence(invitation, texts.signIn.invitation)}</p>
          {invitation.hasAccount ? (
            <WithAccount token={token} />
          ) : (
            <NewAccount token={token} email={invitation.email ?? ''} />
          )}
        </>
      )}
    </Loaded>
  );
}

function sentence(invitation: Invitation, words: ReturnType<typeof useI18n>['texts']['signIn']['invitation']): string {
  const organisation = invitation.organisation ?? '';
  const isAdmin = invitation.role === 'admin';
  if (invitation.kind === 'staff') return isAdmin ? words.staffAdmin(organisation) : words.staff(organisation);
  return isAdmin ? words.memberAdmin(organisation) : words.member(organisation);
}

function NewAccount({ token, email }: { token: string; email: string }) {
  const { texts, language } = useI18n();
  const { signIn } = texts;
  const call = useCall();
  const enter = useEnter();
  const [needsSignIn, setNeedsSignIn] = useState(false);
  const check = checks(texts);
  const form = useForm({
    initial: { name: '', password: '' },
    check: (values) => ({ name: check.required(values.name), password: check.password(values.password) }),
    submit: async (values) => {
      const body = { token, name: values.name.trim(), password: values.password, language };
      const result = await call(api.auth.acceptInvitation, { body });
      if (result.state === 'signedIn') enter();
      else setNeedsSignIn(true);
    },
  });
  if (needsSignIn) return <Link to={paths.signIn}>{signIn.reset.toSignIn}</Link>;
  return (
    <Form
      onSubmit={form.onSubmit}
      error={form.error}
      actions={
        <Button kind="primary" type="submit" isPending={form.isPending}>
          {signIn.invitation.accept}
        </Button>
      }
    >
      <TextField label={signIn.email} type="email" autoComplete="username" value={email} isReadOnly />
      <TextField label={signIn.name} autoComplete="name" {...form.field('name')} />
      <PasswordField
        label={signIn.newPassword}
        hint={signIn.passwordHint}
        autoComplete="new-password"
        {...form.field('password')}
      />
    </Form>
  );
}

function WithAccount({ token }: { token: string }) {
  const { invitation } = useI18n().texts.signIn;
  const navigate = useNavigate();
  const me = useAsk(api.auth.me, {});
  const join = useAct(api.auth.joinWithAccount, {
    stale: [api.auth.me, api.mandanten.list],
    onDone: () => void navigate({ to: paths.overview }),
  });
  if (me.data) {
    return (
      <>
        <p className="quiet">{invitation.signedInAs(me.data.name)}</p>
        <Button kind="primary" isPending={join.isPending} onPress={() => join.mutate({ body: { token } })}>
          {invitation.join}
        </Button>
        {join.error && <ProblemBanner error={join.error} />}
      </>
    );
  }
  const back = `${fill(paths.invitation, {})}#${encodeURIComponent(token)}`;
  return (
    <>
      <p className="quiet">{invitation.hasAccount}</p>
      <Link className="button button-primary" to={paths.signIn} search={{ weiter: back }}>
        {invitation.signInFirst}
      </Link>
    </>
  );
}
