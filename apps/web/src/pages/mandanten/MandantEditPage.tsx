import { api } from '@bruecke/contract';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useAct, useAsk } from '../../api/query.tsx';
import { EditForm } from '../../forms/EditForm.tsx';
import { useForm } from '../../forms/useForm.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import type { Mandant } from '../../session/mandant.ts';
import { useMe } from '../../session/me.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { toast } from '../../ui/Toast.tsx';
import { checks } from '../signIn/checks.ts';
import { isMandantNumber } from './CreateMandant.tsx';
import { MandantPageFrame } from './MandantHeader.tsx';

/** Mandantenstammdaten of one Mandant, and the restriction to one Kanzlei-Admin. */
export function MandantEditPage() {
  const { mandanten } = useI18n().texts;
  const { mandantId } = useParams({ from: '/shell/optionen/mandanten/$mandantId' });
  return (
    <MandantPageFrame mandantId={mandantId} title={mandanten.edit}>
      {(mandant) => (
        <div className="stack">
          <MasterData key={mandant.id} mandant={mandant} />
          {mandant.engagement && mandant.rights.includes('master') && <Restriction mandant={mandant} />}
        </div>
      )}
    </MandantPageFrame>
  );
}

function MasterData({ mandant }: { mandant: Mandant }) {
  const { texts } = useI18n();
  const { mandanten } = texts;
  const mayEdit = mandant.rights.includes('master');
  const mayNumber = mayEdit && mandant.engagement !== null && mandant.via.includes('firm');
  const save = useAct(api.mandanten.change, {
    stale: [api.mandanten.get, api.mandanten.list, api.firms.listMandanten, api.auth.me],
  });
  const form = useForm({
    initial: { name: mandant.name, mandantNumber: String(mandant.engagement?.mandantNumber ?? '') },
    check: (values) => ({
      name: checks(texts).required(values.name),
      mandantNumber: !mayNumber || isMandantNumber(values.mandantNumber) ? undefined : mandanten.numberWrong,
    }),
    submit: async (values) => {
      const number = mayNumber ? { mandantNumber: Number(values.mandantNumber) } : {};
      await save.mutateAsync({ params: { mandantId: mandant.id }, body: { name: values.name.trim(), ...number } });
      toast({ tone: 'ok', text: mandanten.saved });
    },
  });
  return (
    <Card title={mandanten.title}>
      <EditForm form={form} maySave={mayEdit}>
        <TextField label={mandanten.name} isReadOnly={!mayEdit} {...form.field('name')} />
        {mandant.engagement && (
          <TextField
            label={mandanten.number}
            hint={mandanten.numberHint}
            inputMode="numeric"
            isReadOnly={!mayNumber}
            {...form.field('mandantNumber')}
          />
        )}
      </EditForm>
    </Card>
  );
}

function Restriction({ mandant }: { mandant: Mandant }) {
  const { restriction } = useI18n().texts.mandanten;
  const params = { mandantId: mandant.id };
  const people = useAsk(api.mandanten.listAssignments, { params });
  const [chosen, setChosen] = useState<string | null>(null);
  const restrict = useAct(api.mandanten.restrict, { stale: [api.mandanten.get, api.firms.listMandanten] });
  const me = useMe();
  // Only the firm's side loses sight; a Mandanten-Admin keeps it.
  const loses = chosen !== me.id && !mandant.via.includes('mandant');
  const admins = (people.data?.candidates ?? []).filter((person) => person.role === 'admin');
  return (
    <Card title={restriction.title} description={restriction.text}>
      <div className="form">
        <p>
          <strong>{mandant.restrictedTo ? restriction.to(mandant.restrictedTo.name) : restriction.none}</strong>
        </p>
        {mandant.restrictedTo ? (
          <div>
            <Button isPending={restrict.isPending} onPress={() => restrict.mutate({ params, body: { userId: null } })}>
              {restriction.lift}
            </Button>
          </div>
        ) : (
          <>
            <Select
              label={restriction.choose}
              options={admins.map((person) => ({ value: person.userId, label: person.name }))}
              value={chosen}
              onChange={setChosen}
            />
            {chosen !== null && loses && <Banner tone="warn" title={restriction.loses} />}
            <div>
              <Button
                isDisabled={chosen === null}
                isPending={restrict.isPending}
                onPress={() => restrict.mutate({ params, body: { userId: chosen } })}
              >
                {restriction.set}
              </Button>
            </div>
          </>
        )}
        {restrict.error && <ProblemBanner error={restrict.error} />}
      </div>
    </Card>
  );
}
