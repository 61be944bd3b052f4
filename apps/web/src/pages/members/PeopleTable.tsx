import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/I18n.tsx';
import { useMe } from '../../session/me.tsx';
import { Button } from '../../ui/Button.tsx';
import './people.css';

export type Person = {
  userId: string;
  name: string;
  email: string;
  role: string;
  rights: string;
  since: string;
  menu: ReactNode;
};
export type OpenInvitation = { id: string; email: string; expiresAt: string };

/** People with role and rights; small enough for a plain table. On phones each becomes a block. */
export function PeopleTable({ label, people }: { label: string; people: readonly Person[] }) {
  const { texts, format } = useI18n();
  const { columns, you } = texts.people;
  const me = useMe();
  return (
    <table className="people" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{columns.name}</th>
          <th scope="col">{columns.role}</th>
          <th scope="col">{columns.rights}</th>
          <th scope="col">{columns.since}</th>
          <th scope="col">
            <span className="visually-hidden">{texts.basics.more}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <tr key={person.userId}>
            <th scope="row">
              {person.name} {person.userId === me.id && <span className="small quiet">({you})</span>}
              <span className="people-mail">{person.email}</span>
            </th>
            <td>{person.role}</td>
            <td>
              <span className="people-label">{columns.rights} </span>
              {person.rights}
            </td>
            <td>
              <span className="people-label">{columns.since} </span>
              <span className="num">{format.date(person.since)}</span>
            </td>
            <td className="people-menu">{person.menu}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type InvitationProps = {
  invitations: readonly OpenInvitation[];
  /** undefined where the person may not withdraw */
  onWithdraw: ((invitationId: string) => void) | undefined;
};

export function OpenInvitations({ invitations, onWithdraw }: InvitationProps) {
  const { texts, format } = useI18n();
  if (invitations.length === 0) return null;
  return (
    <section className="invitations">
      <h3>{texts.people.open}</h3>
      <ul>
        {invitations.map((each) => (
          <li key={each.id}>
            <span className="grow">
              {each.email}{' '}
              <span className="small quiet num">{texts.people.validUntil(format.dateTime(each.expiresAt))}</span>
            </span>
            {onWithdraw && (
              <Button kind="quiet" onPress={() => onWithdraw(each.id)}>
                {texts.people.withdraw}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
