import { api } from '@bruecke/contract';
import { useState } from 'react';
import type { Answer } from '../../api/call.ts';
import { useCall } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { StateBadge, type Tone } from '../../ui/StateBadge.tsx';
import { EmptyState } from '../../ui/States.tsx';
import './operator.css';
import { useOlder } from './useOlder.ts';

type Entry = Answer<typeof api.operator.technicalLog>['entries'][number];

/** Every call to DATEV (requirement G-30): one line each, the rest on opening. */
export function TechnicalLog() {
  const { texts } = useI18n();
  const { log } = texts.operator;
  const call = useCall();
  const [failedOnly, setFailedOnly] = useState(false);
  const entries = useOlder([api.operator.technicalLog.path, failedOnly], (cursor, signal) =>
    call(
      api.operator.technicalLog,
      { query: { ...(cursor ? { cursor } : {}), ...(failedOnly ? { failedOnly } : {}) } },
      signal,
    ),
  );
  return (
    <div className="stack">
      <div className="log-tools">
        <p className="quiet">{log.text}</p>
        <Checkbox isSelected={failedOnly} onChange={setFailedOnly}>
          {log.failedOnly}
        </Checkbox>
      </div>
      <Loaded query={entries}>
        {({ pages }) => {
          const all = pages.flatMap((page) => page.entries);
          if (all.length === 0) return <EmptyState icon="link" title={log.empty} />;
          return (
            <ol className="log" aria-label={log.title}>
              {all.map((entry) => (
                <LogLine key={entry.id} entry={entry} />
              ))}
            </ol>
          );
        }}
      </Loaded>
      {entries.hasNextPage && (
        <div>
          <Button isPending={entries.isFetchingNextPage} onPress={() => void entries.fetchNextPage()}>
            {log.more}
          </Button>
        </div>
      )}
    </div>
  );
}

const toneOf = (status: number | null): Tone =>
  status === null || status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'ok';

function LogLine({ entry }: { entry: Entry }) {
  const { texts, format } = useI18n();
  const { log } = texts.operator;
  return (
    <li>
      <details>
        <summary className="log-line">
          <time className="num quiet" dateTime={entry.at}>
            {format.precise(entry.at)}
          </time>
          <code className="log-url">
            <b>{entry.method}</b> {entry.url}
          </code>
          <StateBadge tone={toneOf(entry.status)} plain>
            {entry.status === null ? log.noAnswer : String(entry.status)}
          </StateBadge>
          <span className="num quiet log-time">{log.milliseconds(format.number(entry.durationMs))}</span>
        </summary>
        <LogDetails entry={entry} />
      </details>
    </li>
  );
}

function LogDetails({ entry }: { entry: Entry }) {
  const { log } = useI18n().texts.operator;
  const headers = Object.entries(entry.requestHeaders);
  return (
    <dl className="log-details">
      {entry.failure && (
        <>
          <dt>{log.failure}</dt>
          <dd>{entry.failure}</dd>
        </>
      )}
      <dt>{log.transaction}</dt>
      <dd>
        <code>{entry.globalTransactionId ?? '–'}</code>
      </dd>
      <dt>{log.request}</dt>
      <dd>
        <code>{entry.requestId ?? '–'}</code>
      </dd>
      <dt>{log.headers}</dt>
      <dd>
        <pre>{headers.map(([name, value]) => `${name}: ${value}`).join('\n') || '–'}</pre>
      </dd>
      {entry.responseBody && (
        <>
          <dt>{log.body}</dt>
          <dd>
            <pre>{entry.responseBody}</pre>
          </dd>
        </>
      )}
    </dl>
  );
}
