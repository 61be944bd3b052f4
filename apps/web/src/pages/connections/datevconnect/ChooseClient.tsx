import { api } from '@bruecke/contract';
import { useState } from 'react';
import { useAct, useAsk } from '../../../api/query.tsx';
import { useI18n } from '../../../i18n/I18n.tsx';
import type { Mandant } from '../../../session/mandant.ts';
import { useSurroundings } from '../../../surroundings.ts';
import { Banner } from '../../../ui/Banner.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { Loaded } from '../../../ui/Loaded.tsx';
import { ProblemBanner } from '../../../ui/ProblemBanner.tsx';
import { toast } from '../../../ui/Toast.tsx';
import type { BindableClient, FiguresCard } from '../answers.ts';
import { ClientList } from './ClientList.tsx';
import { CompareNumbers } from './CompareNumbers.tsx';

type Props = { mandant: Mandant; present: FiguresCard['client'] };

/** Chooses the client at DATEV. Equal numbers bind at once; others need this person's name and a second one's. */
export function ChooseClient({ isOpen, onClose, ...props }: Props & { isOpen: boolean; onClose: () => void }) {
  const { clients: words } = useI18n().texts.datevconnect;
  return (
    <Dialog title={words.title} isOpen={isOpen} onClose={onClose} size="wide">
      <Choice {...props} onDone={onClose} />
    </Dialog>
  );
}

function Choice({ mandant, present, onDone }: Props & { onDone: () => void }) {
  const { texts } = useI18n();
  const { clients: words } = texts.datevconnect;
  const params = { mandantId: mandant.id };
  const list = useAsk(api.datevconnect.listClients, { params });
  const [differing, setDiffering] = useState<BindableClient | null>(null);
  const bind = useAct(api.datevconnect.bind, {
    stale: [api.datevconnect.card, api.datevconnect.listClients, api.figures.state],
    onDone: ({ request }) => {
      onDone();
      toast({ tone: 'ok', text: request ? words.asked : words.bound });
    },
  });
  const take = ({ connectorId, clientGuid }: BindableClient, numbersConfirmed: boolean) =>
    bind.mutate({ params, body: { connectorId, clientGuid, ...(numbersConfirmed ? { numbersConfirmed } : {}) } });
  if (differing) {
    return (
      <Differing
        mandant={mandant}
        client={differing}
        isPending={bind.isPending}
        error={bind.error}
        onBack={() => setDiffering(null)}
        onConfirm={() => take(differing, true)}
      />
    );
  }
  return (
    <div className="stack">
      <p className="quiet">{words.text}</p>
      <Loaded query={list}>
        {({ clients, readAt, reading }) => (
          <>
            <ListHead mandant={mandant} readAt={readAt} reading={reading} />
            {bind.error && <ProblemBanner error={bind.error} />}
            {!clients.some((each) => each.fits) && !reading && (
              <Banner tone="warn" title={clients.length === 0 ? words.none : words.noneFits}>
                {words.noneNext}
              </Banner>
            )}
            <ClientList
              clients={clients}
              present={present}
              isPending={bind.isPending}
              onTake={(client) => (client.fits ? take(client, false) : setDiffering(client))}
            />
          </>
        )}
      </Loaded>
    </div>
  );
}

function ListHead({ mandant, readAt, reading }: { mandant: Mandant; readAt: string | null; reading: boolean }) {
  const { texts, format } = useI18n();
  const { clients: words } = texts.datevconnect;
  const { now } = useSurroundings();
  const again = useAct(api.datevconnect.readClients, { stale: [api.datevconnect.listClients] });
  const { engagement } = mandant;
  const isReading = reading || again.isPending;
  return (
    <>
      <div className="clients-head">
        <div className="grow num">
          {engagement && words.expected(`${engagement.consultantNumber} / ${engagement.mandantNumber}`)}
          <div className="small quiet" role="status">
            {isReading ? words.reading : readAt && words.readAt(format.moment(readAt, now()))}
          </div>
        </div>
        <Button
          icon="refresh"
          isPending={isReading}
          onPress={() => again.mutate({ params: { mandantId: mandant.id } })}
        >
          {words.again}
        </Button>
      </div>
      {again.error && <ProblemBanner error={again.error} />}
    </>
  );
}

type DifferingProps = {
  mandant: Mandant;
  client: BindableClient;
  isPending: boolean;
  error: Error | null;
  onBack: () => void;
  onConfirm: () => void;
};

/** The first of the two confirmations, in place of the list, so that nobody confirms while looking at something else. */
function Differing({ mandant, client, isPending, error, onBack, onConfirm }: DifferingProps) {
  const { texts } = useI18n();
  const { clients: words } = texts.datevconnect;
  const { name, consultantNumber, mandantNumber } = client;
  return (
    <div className="stack">
      <h3>{words.differTitle}</h3>
      {consultantNumber !== null && mandantNumber !== null && (
        <CompareNumbers mandant={mandant} client={{ name, consultantNumber, mandantNumber }} />
      )}
      <p>{words.differText}</p>
      {error && <ProblemBanner error={error} />}
      <div className="row">
        <Button onPress={onBack}>{texts.basics.back}</Button>
        <Button kind="primary" isPending={isPending} onPress={onConfirm}>
          {words.differConfirm}
        </Button>
      </div>
    </div>
  );
}
