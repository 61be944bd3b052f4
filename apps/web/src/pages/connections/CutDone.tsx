import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Card } from '../../ui/Card.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { useFocusWhenLost } from '../../ui/useFocusWhenLost.ts';
import type { Cut } from './answers.ts';
import './cut.css';

/** After the cut: what has happened, and what each side can do next. */
export function CutDone({ mandantId, cut }: { mandantId: string; cut: Cut }) {
  const { texts, format } = useI18n();
  const { cut: words } = texts.connections;
  const { firmName, mandantName, side, ends, stays } = cut.preview;
  const page = useRef<HTMLElement>(null);
  useFocusWhenLost(page);
  return (
    <section className="page" ref={page} tabIndex={-1}>
      <PageHeader title={words.doneTitle} meta={`${mandantName} · ${firmName}`} />
      <div className="stack">
        <Banner tone="ok" title={words.done(format.dateTime(cut.endedAt))}>
          {words.doneBoth}
        </Banner>
        <Card title={words.doneNow}>
          <ul className="cut-list">
            <li>{words.ended.people(ends.people.length)}</li>
            {ends.connections > 0 && <li>{words.ended.connections(ends.connections)}</li>}
            {ends.connectorBindings > 0 && <li>{words.ended.connectorBindings(ends.connectorBindings)}</li>}
            {ends.grants > 0 && <li>{words.ended.grants(ends.grants)}</li>}
            {ends.waitingDeliveries > 0 && <li>{words.ended.waiting(ends.waitingDeliveries)}</li>}
            <li>{words.doneKept(format.number(stays.vouchers), format.number(stays.receipts))}</li>
          </ul>
        </Card>
        <Card
          title={words.afterwards}
          description={side === 'firm' ? words.doneFirm : words.doneMandant}
          actions={
            side === 'firm' ? (
              <Link className="button button-primary" to={paths.mandanten}>
                {texts.mandanten.title}
              </Link>
            ) : (
              <Link className="button button-primary" to={paths.connections} params={{ mandantId }}>
                {words.toInvite}
              </Link>
            )
          }
        />
      </div>
    </section>
  );
}
