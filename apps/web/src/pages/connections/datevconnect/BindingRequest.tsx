import { api } from '@bruecke/contract';
import { useState } from 'react';
import { useAct, useAsk } from '../../../api/query.tsx';
import { useI18n } from '../../../i18n/I18n.tsx';
import type { Mandant } from '../../../session/mandant.ts';
import { useMe } from '../../../session/me.tsx';
import { useSurroundings } from '../../../surroundings.ts';
import { Banner } from '../../../ui/Banner.tsx';
import { Button } from '../../../ui/Button.tsx';
import { ConfirmDialog } from '../../../ui/Dialog.tsx';
import { ProblemBanner } from '../../../ui/ProblemBanner.tsx';
import { toast } from '../../../ui/Toast.tsx';
import type { FiguresCard } from '../answers.ts';
import { CompareNumbers } from './CompareNumbers.tsx';

type Request = NonNullable<FiguresCard['request']>;
type Props = { mandant: Mandant; request: Request; mayManage: boolean };

/** A client with other numbers, confirmed by one person: who that was, who is still needed, and the way on or back. */
export function BindingRequest({ mandant, request, mayManage }: Props) {
  const { texts, format } = useI18n();
  const { request: words, datasetOf } = texts.datevconnect;
  const { now } = useSurroundings();
  const [isConfirming, setConfirming] = useState(false);
  const needed = useNeeded(mandant, request);
  const withdraw = useAct(api.datevconnect.withdrawBinding, {
    stale: [api.datevconnect.card],
    onDone: () => toast({ tone: 'ok', text: words.withdrawn }),
  });
  const { engagement } = mandant;
  const params = { mandantId: mandant.id, requestId: request.id };
  return (
    <Banner
      tone="warn"
      title={words.title}
      actions={
        <>
          {request.mayConfirm && (
            <Button kind="primary" onPress={() => setConfirming(true)}>
              {words.confirm}
            </Button>
          )}
          {mayManage && (
            <Button kind="quiet" isPending={withdraw.isPending} onPress={() => withdraw.mutate({ params })}>
              {words.withdraw}
            </Button>
          )}
        </>
      }
    >
      {words.text(
        request.askedBy ?? words.someone,
        format.moment(request.askedAt, now()),
        datasetOf(request.companyName, `${request.consultantNumber} / ${request.mandantNumber}`),
        engagement ? `${engagement.consultantNumber} / ${engagement.mandantNumber}` : '–',
      )}{' '}
      {needed}
      {withdraw.error && <ProblemBanner error={withdraw.error} />}
      <SecondConfirmation
        mandant={mandant}
        request={request}
        isOpen={isConfirming}
        onClose={() => setConfirming(false)}
      />
    </Banner>
  );
}

/** By name, as far as the page knows the firm's people. */
function useNeeded(mandant: Mandant, request: Request): string {
  const { request: words } = useI18n().texts.datevconnect;
  const me = useMe();
  const engagement = useAsk(api.engagement.get, { params: { mandantId: mandant.id } });
  const admins = engagement.data?.open?.people.filter((person) => person.role === 'admin');
  if (!admins) return words.needed(words.firmAdmin);
  const others = admins.filter((person) => person.name !== request.askedBy).map((person) => person.name);
  if (others.length > 0) return words.needed(words.neededOr(others));
  return me.firms.some((firm) => firm.role === 'admin') ? words.nobody : words.needed(words.firmAdmin);
}

type SecondProps = { mandant: Mandant; request: Request; isOpen: boolean; onClose: () => void };

function SecondConfirmation({ mandant, request, isOpen, onClose }: SecondProps) {
  const { texts } = useI18n();
  const { request: words, clients } = texts.datevconnect;
  const confirm = useAct(api.datevconnect.confirmBinding, {
    stale: [api.datevconnect.card, api.figures.state],
    onDone: () => {
      onClose();
      toast({ tone: 'ok', text: words.confirmed });
    },
  });
  return (
    <ConfirmDialog
      title={words.confirmTitle}
      isOpen={isOpen}
      onClose={onClose}
      onConfirm={() => confirm.mutate({ params: { mandantId: mandant.id, requestId: request.id } })}
      confirm={clients.differConfirm}
      isPending={confirm.isPending}
    >
      <CompareNumbers mandant={mandant} client={{ ...request, name: request.companyName }} />
      <p>{words.confirmText}</p>
      {confirm.error && <ProblemBanner error={confirm.error} />}
    </ConfirmDialog>
  );
}
