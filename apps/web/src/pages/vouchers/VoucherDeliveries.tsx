import { api } from '@bruecke/contract';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { addressOf } from '../../api/call.ts';
import { useAct, useAsk } from '../../api/query.tsx';
import { describeCause } from '../../i18n/describeCause.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { useSurroundings } from '../../surroundings.ts';
import { Button } from '../../ui/Button.tsx';
import { DefinitionGrid } from '../../ui/Card.tsx';
import { ConfirmDialog } from '../../ui/Dialog.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { Select } from '../../ui/Select.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import { TextField } from '../../ui/TextField.tsx';
import type { Voucher } from './answers.ts';
import { phaseLook } from './states.ts';

type Delivery = Voucher['deliveries'][number];
type Props = { mandantId: string; voucher: Voucher; mayEdit: boolean };

/** Ended, and there or perhaps there: a person may have a reason for a second run. */
const sendableAgain = new Set<Delivery['phase']>(['arrived', 'unresolved']);

const touched = [api.vouchers.get, api.vouchers.list, api.vouchers.counts];

/** Every run to DATEV, newest first, with what can be done now. */
export function VoucherDeliveries({ mandantId, voucher, mayEdit }: Props) {
  const { vouchers } = useI18n().texts;
  const runs = voucher.deliveries.toSorted((a, b) => b.run - a.run);
  const send = useAct(api.vouchers.send, { stale: touched });
  // A voucher that may have arrived needs a reason for its second run, which stands beside the run that left it open.
  const unsent = voucher.status === 'received' && runs.every(({ phase }) => phase === 'cancelled');
  const maySend = mayEdit && (unsent || voucher.status === 'error');
  return (
    <div className="stack">
      <p className="quiet">{vouchers.statusLong[voucher.status]}</p>
      {maySend && (
        <div>
          <Button
            kind="primary"
            icon="upload"
            isPending={send.isPending}
            onPress={() => send.mutate({ params: { mandantId }, body: { voucherIds: [voucher.id] } })}
          >
            {vouchers.delivery.sendNow}
          </Button>
        </div>
      )}
      {send.error && <ProblemBanner error={send.error} />}
      {runs.length === 0 && <p>{vouchers.delivery.none}</p>}
      {runs.map((run) => (
        <Run key={run.id} run={run} mandantId={mandantId} voucherId={voucher.id} mayEdit={mayEdit} />
      ))}
    </div>
  );
}

function Run({
  run,
  mandantId,
  voucherId,
  mayEdit,
}: {
  run: Delivery;
  mandantId: string;
  voucherId: string;
  mayEdit: boolean;
}) {
  const { texts, format } = useI18n();
  const { delivery } = texts.vouchers;
  const { now } = useSurroundings();
  const facts = [
    { term: delivery.target, value: delivery.dataset(run.consultantNumber, run.mandantNumber) },
    { term: delivery.attempts, value: format.number(run.attempts) },
    ...(run.arrivedAt ? [{ term: delivery.arrivedAt, value: format.dateTime(run.arrivedAt) }] : []),
    ...(run.nextAttemptAt && run.phase === 'waiting'
      ? [{ term: delivery.nextAttempt, value: format.ago(run.nextAttemptAt, now()) }]
      : []),
    ...(run.reason ? [{ term: delivery.reason, value: run.reason }] : []),
  ];
  return (
    <article className="run">
      <div className="run-head">
        <h3>{delivery.run(run.run)}</h3>
        <StateBadge {...phaseLook[run.phase]}>{delivery.phases[run.phase]}</StateBadge>
      </div>
      <DefinitionGrid items={facts} />
      <dl className="run-ids small">
        <dt>{delivery.guid}</dt>
        <dd className="num">{run.guid}</dd>
        <dt>{delivery.sentAs}</dt>
        <dd>{run.fileNameSent}</dd>
      </dl>
      {run.cause && <Cause run={run} mandantId={mandantId} />}
      {mayEdit && run.phase === 'question' && <Decision run={run} mandantId={mandantId} />}
      {run.receipt && <Receipt run={run} mandantId={mandantId} />}
      {mayEdit && sendableAgain.has(run.phase) && <SendAgain mandantId={mandantId} voucherId={voucherId} />}
    </article>
  );
}

/** Why it is where it is, what to do and who, and DATEV's own words where there are some. */
function Cause({ run, mandantId }: { run: Delivery; mandantId: string }) {
  const { texts } = useI18n();
  const { labels } = texts.causes;
  if (!run.cause) return null;
  const { code, detail, helpUrl, requestId } = run.cause;
  const words = describeCause(code, texts);
  return (
    <div className={run.phase === 'failed' ? 'run-cause run-cause-bad' : 'run-cause'}>
      <p>
        <strong>{words.what}</strong> {words.next}
      </p>
      <p className="small">
        {labels.who}: {words.who}
      </p>
      {detail && <p className="small">„{detail}“</p>}
      <p className="small row">
        <span>{labels.code(code)}</span>
        {requestId && <span className="num">{requestId}</span>}
        {helpUrl && (
          <a href={helpUrl} target="_blank" rel="noreferrer">
            {labels.help}
          </a>
        )}
        <Link to={paths.connections} params={{ mandantId }}>
          {texts.vouchers.delivery.openConnections}
        </Link>
      </p>
    </div>
  );
}

function Decision({ run, mandantId }: { run: Delivery; mandantId: string }) {
  const { delivery } = useI18n().texts.vouchers;
  const decide = useAct(api.vouchers.decide, { stale: touched });
  const [type, setType] = useState<string | null>(null);
  const wantsType = run.cause?.detail === 'documentTypeUnknown' || run.cause?.detail === 'documentTypeBlocked';
  const choose = (decision: 'sendAnyway' | 'confirmThere') => {
    const chosen = decision === 'sendAnyway' && type !== null ? { documentType: type === noType ? null : type } : {};
    decide.mutate({ params: { mandantId, deliveryId: run.id }, body: { decision, ...chosen } });
  };
  return (
    <>
      {wantsType && <TypeChoice mandantId={mandantId} value={type} onChange={setType} />}
      <div className="row">
        <Button kind="primary" isPending={decide.isPending} onPress={() => choose('confirmThere')}>
          {delivery.confirmThere}
        </Button>
        <Button isDisabled={decide.isPending || (wantsType && type === null)} onPress={() => choose('sendAnyway')}>
          {delivery.sendAnyway}
        </Button>
      </div>
      {decide.error && <ProblemBanner error={decide.error} />}
    </>
  );
}

const noType = '*';

/** The Belegtypen of the dataset, and none: sent as it was, the voucher would be asked about again. */
function TypeChoice(props: { mandantId: string; value: string | null; onChange: (value: string) => void }) {
  const { fields } = useI18n().texts.vouchers;
  const rules = useAsk(api.vouchers.handInRules, { params: { mandantId: props.mandantId } });
  const names = (rules.data?.documentTypes ?? []).map(({ name }) => ({ value: name, label: name }));
  return (
    <Select
      label={fields.type}
      options={[{ value: noType, label: fields.noType }, ...names]}
      value={props.value}
      onChange={props.onChange}
    />
  );
}

function Receipt({ run, mandantId }: { run: Delivery; mandantId: string }) {
  const { delivery } = useI18n().texts.vouchers;
  if (!run.receipt?.sealed) return <p className="small quiet">{delivery.receiptSoon}</p>;
  return (
    <a
      className="button"
      href={addressOf(api.vouchers.receipt, { params: { mandantId, deliveryId: run.id } })}
      download={`quittung-${run.guid}.json`}
    >
      <Icon name="download" size={17} />
      {delivery.receipt}
    </a>
  );
}

function SendAgain({ mandantId, voucherId }: { mandantId: string; voucherId: string }) {
  const { delivery } = useI18n().texts.vouchers;
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const again = useAct(api.vouchers.sendAgain, { stale: touched, onDone: () => setOpen(false) });
  return (
    <div>
      <Button kind="quiet" onPress={() => setOpen(true)}>
        {delivery.sendAgain}
      </Button>
      <ConfirmDialog
        title={delivery.sendAgainTitle}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        onConfirm={() => again.mutate({ params: { mandantId, voucherId }, body: { reason: reason.trim() } })}
        confirm={delivery.sendAgainConfirm}
        isPending={again.isPending}
        isDisabled={reason.trim().length < 3}
      >
        <p>{delivery.sendAgainText}</p>
        <TextField label={delivery.sendAgainReason} value={reason} onChange={setReason} maxLength={200} />
        {again.error && <ProblemBanner error={again.error} />}
      </ConfirmDialog>
    </div>
  );
}
