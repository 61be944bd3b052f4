import { api } from '@bruecke/contract';
import type { Answer } from '../../api/call.ts';
import { useAsk } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Card, DefinitionGrid } from '../../ui/Card.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import './operator.css';

type Status = Answer<typeof api.operator.status>;

/** Limits that DATEV sets for the whole app: G-32 (failed calls) and G-34 (reads per upload). */
const failedLimit = 0.1;
const readsLimit = 30;

/** Is all well, and if not, what to do; then the figures. */
export function StatusCard() {
  const status = useAsk(api.operator.status, {});
  const datev = useAsk(api.operator.getDatevSettings, {});
  return (
    <Loaded query={status}>
      {(data) => (
        <div className="stack">
          <Troubles status={data} hasDatev={datev.data === undefined || datev.data.settings !== null} />
          <Figures status={data} />
        </div>
      )}
    </Loaded>
  );
}

function Troubles({ status, hasDatev }: { status: Status; hasDatev: boolean }) {
  const { texts, format } = useI18n();
  const { status: words } = texts.operator;
  const { calls, failedShare, uploads, reads } = status.datev;
  const troubles = [
    hasDatev ? null : words.noDatev,
    status.mailConfigured ? null : words.noMail,
    status.queue.failed > 0 ? words.failedJobs(status.queue.failed) : null,
    calls > 0 && failedShare >= failedLimit ? words.manyFailures(format.percent(failedShare)) : null,
    uploads > 0 && reads / uploads >= readsLimit ? words.manyReads : null,
  ].filter((trouble) => trouble !== null);
  if (troubles.length === 0) {
    return (
      <Banner tone="ok" title={words.healthTitle}>
        {words.none}
      </Banner>
    );
  }
  return (
    <Banner tone="warn" title={words.troubleTitle}>
      {troubles.map((trouble) => (
        <p key={trouble}>{trouble}</p>
      ))}
    </Banner>
  );
}

function Figures({ status }: { status: Status }) {
  const { texts, format } = useI18n();
  const { status: words } = texts.operator;
  const { queue, datev } = status;
  return (
    <Card
      title={texts.operator.tabs.status}
      foot={
        <>
          {words.fingerprint}: <code className="fingerprint">{status.receiptKeyFingerprint}</code>
        </>
      }
      aside={<StateBadge tone="ok">{words.since(format.dateTime(status.startedAt))}</StateBadge>}
    >
      <DefinitionGrid
        items={[
          { term: words.version, value: status.version },
          { term: words.database, value: `${status.database}, ${status.embedded ? words.embedded : words.external}` },
          {
            term: words.queue,
            value: words.queueText(
              format.number(queue.ready),
              format.number(queue.running),
              format.number(queue.failed),
            ),
          },
          {
            term: words.mail,
            value: `${status.mailConfigured ? words.mailOn : words.mailOff}, ${words.mailsWaiting(status.mailsWaiting)}`,
          },
          { term: words.firms, value: format.number(status.firms) },
          { term: words.mandanten, value: format.number(status.mandanten) },
          { term: words.vouchers, value: format.number(status.vouchers) },
          {
            term: words.datev,
            value: `${format.number(datev.calls)}, ${words.failedShare(format.percent(datev.failedShare))}`,
          },
          {
            term: words.reads,
            value: datev.uploads === 0 ? '–' : format.number(Math.round((10 * datev.reads) / datev.uploads) / 10),
          },
        ]}
      />
    </Card>
  );
}
