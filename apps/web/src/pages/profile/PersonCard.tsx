import { api } from '@bruecke/contract';
import { useAct } from '../../api/query.tsx';
import { EditForm } from '../../forms/EditForm.tsx';
import { useForm } from '../../forms/useForm.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { languages } from '../../i18n/language.ts';
import { Card } from '../../ui/Card.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { toast } from '../../ui/Toast.tsx';
import { checks } from '../signIn/checks.ts';
import type { Profile } from './answers.ts';

export function PersonCard({ profile }: { profile: Profile }) {
  const { texts, choose } = useI18n();
  const { profile: words, shell } = texts;
  const save = useAct(api.profile.change, { stale: [api.profile.get, api.auth.me] });
  const form = useForm({
    initial: { name: profile.name, language: profile.language },
    check: (values) => ({ name: checks(texts).required(values.name) }),
    submit: async ({ name, language }) => {
      await save.mutateAsync({ body: { name: name.trim(), language } });
      choose(language);
      toast({ tone: 'ok', text: words.saved });
    },
  });
  return (
    <Card title={words.person}>
      <EditForm form={form}>
        <TextField label={words.name} autoComplete="name" {...form.field('name')} />
        <TextField label={words.email} value={profile.email} isReadOnly hint={words.emailHint} />
        <Select
          label={shell.language}
          hint={words.languageHint}
          options={languages.map((each) => ({ value: each, label: shell.languageNames[each] }))}
          {...form.field('language')}
        />
      </EditForm>
    </Card>
  );
}
