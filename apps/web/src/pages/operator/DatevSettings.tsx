import { manifest } from '@bruecke/channels/vouchers-to-duo/manifest';
import { api } from '@bruecke/contract';
import type { Answer } from '../../api/call.ts';
import { useAct, useAsk } from '../../api/query.tsx';
import { EditForm } from '../../forms/EditForm.tsx';
import { useForm } from '../../forms/useForm.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { Select } from '../../ui/Select.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import { PasswordField, TextField } from '../../ui/TextField.tsx';
import { toast } from '../../ui/Toast.tsx';
import { datevPresets } from './datevPresets.ts';

type Stored = Answer<typeof api.operator.getDatevSettings>;
type Settings = NonNullable<Stored['settings']>;
type Values = Settings & { clientSecret: string };

/** The app that the operator registered at DATEV. */
export function DatevSettings() {
  const stored = useAsk(api.operator.getDatevSettings, {});
  return (
    <Loaded query={stored}>
      {(data) => <SettingsCard key={JSON.stringify(data.settings) + data.hasSecret} stored={data} />}
    </Loaded>
  );
}

function SettingsCard({ stored }: { stored: Stored }) {
  const { operator } = useI18n().texts;
  const { datev } = operator;
  return (
    <Card
      title={operator.tabs.datev}
      description={datev.text}
      aside={
        <StateBadge tone={stored.hasSecret ? 'ok' : 'warn'}>
          {stored.hasSecret ? datev.secretSet : datev.secretMissing}
        </StateBadge>
      }
      foot={
        <>
          {datev.order}{' '}
          <a href={manifest.orderUrl} target="_blank" rel="noreferrer">
            {manifest.orderUrl.replace('http://', '')}
          </a>
        </>
      }
    >
      <SettingsForm stored={stored} />
    </Card>
  );
}

function SettingsForm({ stored }: { stored: Stored }) {
  const { texts } = useI18n();
  const { datev } = texts.operator;
  const form = useSettingsForm(stored);
  const { environment } = form.values;
  const preset = environment === 'other' ? null : datevPresets[environment];
  const fillIn = () => {
    if (!preset) return;
    form.set('issuer', preset.issuer);
    form.set('accountingClientsUrl', preset.accountingClientsUrl);
    form.set('accountingDocumentsUrl', preset.accountingDocumentsUrl);
    form.set('connectedAppsUrl', preset.connectedAppsUrl);
  };
  const environments = (['production', 'sandbox', 'other'] as const).map((value) => ({
    value,
    label: datev.environments[value],
  }));
  return (
    <EditForm form={form}>
      <Select label={datev.environment} options={environments} {...form.field('environment')} />
      {preset && (
        <div className="stack-tight">
          <div>
            <Button onPress={fillIn}>{datev.preset}</Button>
          </div>
          <p className="small quiet">{datev.presetHint}</p>
        </div>
      )}
      <TextField label={datev.clientId} autoComplete="off" {...form.field('clientId')} />
      <PasswordField
        label={datev.secret}
        autoComplete="off"
        {...(stored.hasSecret ? { hint: datev.secretKept } : {})}
        {...form.field('clientSecret')}
      />
      <TextField
        label={datev.redirect}
        hint={datev.redirectHint(stored.suggestedRedirectUri)}
        type="url"
        {...form.field('redirectUri')}
      />
      <TextField label={datev.issuer} type="url" {...form.field('issuer')} />
      <TextField label={datev.clients} type="url" {...form.field('accountingClientsUrl')} />
      <TextField label={datev.documents} type="url" {...form.field('accountingDocumentsUrl')} />
      <TextField label={datev.apps} type="url" {...form.field('connectedAppsUrl')} />
    </EditForm>
  );
}

const urls = ['issuer', 'accountingClientsUrl', 'accountingDocumentsUrl', 'connectedAppsUrl', 'redirectUri'] as const;

function useSettingsForm(stored: Stored) {
  const { datev } = useI18n().texts.operator;
  const save = useAct(api.operator.setDatevSettings, { stale: [api.operator.getDatevSettings] });
  const initial: Values = {
    ...(stored.settings ?? {
      environment: 'production',
      ...datevPresets.production,
      clientId: '',
      redirectUri: stored.suggestedRedirectUri,
    }),
    clientSecret: '',
  };
  return useForm<Values>({
    initial,
    check: (values) => ({
      ...Object.fromEntries(urls.map((name) => [name, URL.canParse(values[name]) ? undefined : datev.wrongUrl])),
      clientId: values.clientId.trim() === '' ? datev.required : undefined,
      clientSecret: values.clientSecret === '' && !stored.hasSecret ? datev.secretRequired : undefined,
    }),
    submit: async ({ clientSecret, ...settings }) => {
      const secret = clientSecret === '' ? {} : { clientSecret };
      await save.mutateAsync({ body: { settings: { ...settings, clientId: settings.clientId.trim() }, ...secret } });
      toast({ tone: 'ok', text: datev.saved });
    },
  });
}
