import { api } from '@bruecke/contract';
import { useAct } from '../../api/query.tsx';
import { Form } from '../../forms/Form.tsx';
import { useForm } from '../../forms/useForm.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { PasswordField } from '../../ui/TextField.tsx';
import { toast } from '../../ui/Toast.tsx';
import { checks } from '../signIn/checks.ts';
import type { Profile } from './answers.ts';

export function PasswordCard({ profile }: { profile: Profile }) {
  const { texts } = useI18n();
  const { profile: words, signIn } = texts;
  const change = useAct(api.profile.changePassword, { stale: [api.profile.get] });
  const form = useForm({
    initial: { password: '' },
    check: (values) => ({ password: checks(texts).password(values.password) }),
    submit: async (values) => {
      await change.mutateAsync({ body: values });
      form.reset({ password: '' });
      toast({ tone: 'ok', text: words.passwordChanged });
    },
  });
  return (
    <Card title={words.password} description={profile.hasPassword ? words.passwordText : words.noPassword}>
      <Form
        onSubmit={form.onSubmit}
        error={form.error}
        actions={
          <Button type="submit" isDisabled={form.values.password === ''} isPending={form.isPending}>
            {profile.hasPassword ? words.changePassword : words.setPassword}
          </Button>
        }
      >
        <PasswordField
          label={words.newPassword}
          hint={signIn.passwordHint}
          autoComplete="new-password"
          {...form.field('password')}
        />
      </Form>
    </Card>
  );
}
