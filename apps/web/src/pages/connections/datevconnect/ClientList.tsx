import { useState } from 'react';
import { useI18n } from '../../../i18n/I18n.tsx';
import { Button } from '../../../ui/Button.tsx';
import { SearchField } from '../../../ui/SearchField.tsx';
import { StateBadge } from '../../../ui/StateBadge.tsx';
import type { BindableClient, FiguresCard } from '../answers.ts';
import '../datevSignIn.css';

type Props = {
  clients: readonly BindableClient[];
  present: FiguresCard['client'];
  isPending: boolean;
  onTake: (client: BindableClient) => void;
};

/** From this number on a search helps. */
const manyClients = 8;

/** The fitting one first and apart; the others only after it, with a word about what they would need. */
export function ClientList(props: Props) {
  const { texts } = useI18n();
  const { clients: words } = texts.datevconnect;
  const [text, setText] = useState('');
  const fitting = props.clients.filter((each) => each.fits);
  const others = props.clients.filter((each) => !each.fits);
  const found = others.filter((each) => matches(each, text));
  return (
    <>
      {fitting.length > 0 && (
        <div className="stack-tight">
          <h3>{words.fitting}</h3>
          <Clients {...props} clients={fitting} label={words.fitting} />
        </div>
      )}
      {others.length > 0 && (
        <div className="stack-tight">
          <h3>{words.others}</h3>
          <p className="small quiet">{words.othersText}</p>
          {others.length > manyClients && <SearchField label={words.search} value={text} onChange={setText} />}
          {found.length === 0 ? (
            <p className="quiet">{texts.basics.noMatch}</p>
          ) : (
            <Clients {...props} clients={found} label={words.others} />
          )}
        </div>
      )}
    </>
  );
}

function Clients({ clients, present, isPending, onTake, label }: Props & { label: string }) {
  const { clients: words } = useI18n().texts.datevconnect;
  return (
    <ul className="datasets" aria-label={label}>
      {clients.map((client) => {
        const numbers = numbersOf(client) ?? words.noYear;
        const isPresent =
          present !== null &&
          present.companyName === client.name &&
          present.consultantNumber === client.consultantNumber &&
          present.mandantNumber === client.mandantNumber;
        return (
          <li key={`${client.connectorId} ${client.clientGuid}`}>
            <span className="grow">{client.name}</span>
            <span className="num quiet">{numbers}</span>
            <StateBadge tone={client.fits ? 'ok' : 'warn'} plain>
              {client.fits ? words.fits : words.differ}
            </StateBadge>
            {isPresent ? (
              <span className="quiet">{words.present}</span>
            ) : (
              <Button
                kind={client.fits ? 'primary' : 'secondary'}
                aria-label={words.takeLabel(client.name, numbers)}
                // Without a fiscal year there is nothing to compare, and no books.
                isDisabled={isPending || numbersOf(client) === null}
                onPress={() => onTake(client)}
              >
                {words.take}
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function numbersOf({ consultantNumber, mandantNumber }: BindableClient): string | null {
  return consultantNumber === null || mandantNumber === null ? null : `${consultantNumber} / ${mandantNumber}`;
}

function matches(client: BindableClient, text: string): boolean {
  const wanted = text.trim().toLocaleLowerCase();
  return `${client.name} ${client.number} ${numbersOf(client) ?? ''}`.toLocaleLowerCase().includes(wanted);
}
