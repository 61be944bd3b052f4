import { api } from '@bruecke/contract';
import { Link } from '@tanstack/react-router';
import { addressOf } from '../../api/call.ts';
import { useAct } from '../../api/query.tsx';
import { describeCause } from '../../i18n/describeCause.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { useSurroundings } from '../../surroundings.ts';
import { Button } from '../../ui/Button.tsx';
import { DefinitionGrid } from '../../ui/Card.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import type { Delivery, Voucher } from './answers.ts';
import { isSendableAgain, SendAgain } from './SendAgain.tsx';
import { phaseLook } from './states.ts';
import { touchedByDelivery } from './touchedByDelivery.ts';
import { VoucherDecision } from './VoucherDecision.tsx';

type Props = { mandantId: string; voucher: Voucher; mayEdit: boolean };

/** The same bytes would be refused for these again: another file has to be handed in. */
const ofTheFile = new Set(['fileType', 'contentMismatch', 'tooLarge', 'empty', 'virus', 'unreadable']);

/** Every run to DATEV, newest first, with what can be done now. */
export function VoucherDeliveries({ mandantId, voucher, mayEdit }: Props) {
  const { vouchers } = useI18n().texts;
  const runs = voucher.deliveries.toSorted((a, b) => b.run - a.run);
  const send = useAct(api.vouchers.send, { stale: touchedByDelivery });
  // A voucher that may have arrived needs a reason for its second run, which stands beside the run that left it open.
  const unsent = voucher.status === 'received' && runs.every(({ phase }) => phase === 'cancelled');
  const maySend = mayEdit && (unsent || (voucher.status === 'error' && !ofTheFile.has(runs[0]?.cause?.detail ?? '')));
  return (
    <div className="stack">
      <p className="quiet">
        {runs[0]?.phase === 'settled' ? vouchers.delivery.settledLong : vouchers.statusLong[voucher.status]}
      </p>
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
        <Run key={run.id} run={run} mandantId={mandantId} voucher={voucher} mayEdit={mayEdit} />
      ))}
    </div>
  );
}

function Run({ run, mandantId, voucher, mayEdit }: Props & { run: Delivery }) {
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
      {run.phase === 'question' &&
        (mayEdit ? <VoucherDecision run={run} mandantId={mandantId} /> : <p>{delivery.whoDecides}</p>)}
      {run.receipt && <Receipt run={run} mandantId={mandantId} />}
      {mayEdit && isSendableAgain(run.phase) && isOver(voucher) && (
        <SendAgain mandantId={mandantId} voucherId={voucher.id} after={run.phase} />
      )}
    </article>
  );
}

/** No run is under way, none waits for a decision or a correction. */
const isOver = ({ status }: Voucher) => status === 'delivered' || status === 'received';

/** Why it is where it is, what to do and who; a code only where DATEV has answered one. */
function Cause({ run, mandantId }: { run: Delivery; mandantId: string }) {
  const { texts } = useI18n();
  const { labels } = texts.causes;
  if (!run.cause) return null;
  const { code, status, helpUrl, requestId } = run.cause;
  const words = describeCause(code, texts);
  return (
    <div className={run.phase === 'failed' ? 'run-cause run-cause-bad' : 'run-cause'}>
      <p>
        <strong>{words.what}</strong> {words.next}
      </p>
      <p className="small">
        {labels.who}: {words.who}
      </p>
      <p className="small row">
        {status !== null && <span>{labels.code(code)}</span>}
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
