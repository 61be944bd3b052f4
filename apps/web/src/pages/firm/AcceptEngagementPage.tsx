import { api } from '@bruecke/contract';
import { Link, useLocation } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { Answer } from '../../api/call.ts';
import { useAct, useAsk } from '../../api/query.tsx';
import { Form } from '../../forms/Form.tsx';
import { useForm } from '../../forms/useForm.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { useMe } from '../../session/me.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { useFocusWhenLost } from '../../ui/useFocusWhenLost.ts';
import { isMandantNumber } from '../mandanten/CreateMandant.tsx';
import { tokenFrom } from '../signIn/checks.ts';
import './acceptEngagement.css';

type Accepted = Answer<typeof api.firms.acceptEngagement> & { firmId: string; mandantNumber: number };

/** The link from a Mandant's invitation: a Kanzlei-Admin accepts and gets the check code to read out. */
export function AcceptEngagementPage() {
  const { texts } = useI18n();
  const { accept } = texts.people;
  const { hash } = useLocation();
  const admins = useMe().firms.filter((firm) => firm.role === 'admin');
  const token = tokenFrom(hash);
  const [accepted, setAccepted] = useState<Accepted | null>(null);
  return (
    <div className="page">
      <PageHeader title={accept.title} />
      {admins.length === 0 && <Banner tone="bad" title={accept.noFirm} />}
      {!token && <Banner tone="bad" title={texts.signIn.invitation.noToken} />}
      {token && admins.length > 0 && !accepted && <AcceptForm token={token} firms={admins} onAccepted={setAccepted} />}
      {accepted && <CheckCode accepted={accepted} />}
    </div>
  );
}

/** The code, until the Mandant has entered it: then the number is taken by that Mandant, and the live events say that it is worth asking. */
function CheckCode({ accepted }: { accepted: Accepted }) {
  const { texts, format } = useI18n();
  const { accept } = texts.people;
  const { firmId, mandantNumber } = accepted;
  const part = useRef<HTMLElement>(null);
  useFocusWhenLost(part);
  const list = useAsk(api.firms.listMandanten, { params: { firmId }, query: { text: String(mandantNumber) } });
  const mandant = list.data?.rows.find((each) => each.mandantNumber === mandantNumber);
  if (mandant) {
    const link = (
      <Link to={paths.connections} params={{ mandantId: mandant.id }}>
        {texts.connections.title}
      </Link>
    );
    return (
      <Banner tone="ok" title={texts.connections.engagement.confirmed} actions={link}>
        {mandant.name}
      </Banner>
    );
  }
  return (
    <section ref={part} tabIndex={-1}>
      <Card title={accept.codeTitle} description={accept.codeText}>
        <p className="check-code">{accepted.checkCode}</p>
        <p className="quiet">{accept.validUntil(format.dateTime(accepted.expiresAt))}</p>
      </Card>
    </section>
  );
}

type FormProps = {
  token: string;
  firms: readonly { id: string; name: string }[];
  onAccepted: (accepted: Accepted) => void;
};

function AcceptForm({ token, firms, onAccepted }: FormProps) {
  const { texts } = useI18n();
  const { accept } = texts.people;
  const act = useAct(api.firms.acceptEngagement, { stale: [api.firms.listMandanten] });
  const form = useForm({
    initial: { firmId: firms[0]?.id ?? '', mandantNumber: '' },
    check: (values) => ({
      mandantNumber: isMandantNumber(values.mandantNumber) ? undefined : texts.mandanten.numberWrong,
    }),
    submit: async (values) => {
      const { firmId } = values;
      const mandantNumber = Number(values.mandantNumber);
      const answer = await act.mutateAsync({ params: { firmId }, body: { token, mandantNumber } });
      onAccepted({ ...answer, firmId, mandantNumber });
    },
  });
  return (
    <Card title={accept.title} description={accept.text}>
      <Form
        onSubmit={form.onSubmit}
        error={form.error}
        actions={
          <Button kind="primary" type="submit" isPending={form.isPending}>
            {accept.submit}
          </Button>
        }
      >
        {firms.length > 1 && (
          <Select
            label={accept.firm}
            options={firms.map((firm) => ({ value: firm.id, label: firm.name }))}
            {...form.field('firmId')}
          />
        )}
        <TextField
          label={accept.number}
          hint={texts.mandanten.numberHint}
          inputMode="numeric"
          {...form.field('mandantNumber')}
        />
      </Form>
    </Card>
  );
}
