import { api } from '@bruecke/contract';
import { Link } from '@tanstack/react-router';
import { useAct, useAsk } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import type { Mandant } from '../../session/mandant.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import { ConfirmCode } from './ConfirmCode.tsx';
import { InviteFirm } from './InviteFirm.tsx';
import './engagement.css';
import type { Engagement, FirmInvitation } from './answers.ts';

/** Kanzleiverbindung: the firm, since when, its people, Trennen; or, without a firm, Kanzlei einladen. */
export function EngagementCard({ mandant }: { mandant: Mandant }) {
  const query = useAsk(api.engagement.get, { params: { mandantId: mandant.id } });
  return <Loaded query={query}>{(engagement) => <Engaged mandant={mandant} engagement={engagement} />}</Loaded>;
}

function Engaged({ mandant, engagement }: { mandant: Mandant; engagement: Engagement }) {
  const { texts, format } = useI18n();
  const { engagement: words } = texts.connections;
  const { open, ended, invitations } = engagement;
  const mayInvite = mandant.rights.includes('members') && mandant.via.includes('mandant');
  const pending = invitations.filter((each) => each.state === 'sent' || each.state === 'accepted');
  return (
    <Card
      title={words.title}
      description={open ? words.withFirm(open.firmName, format.date(open.since)) : words.none}
      aside={
        <>
          {open && mandant.rights.includes('cut') && (
            <Link className="button button-danger" to={paths.cut} params={{ mandantId: mandant.id }}>
              {words.cut}
            </Link>
          )}
          {!open && mayInvite && <InviteFirm mandantId={mandant.id} />}
        </>
      }
    >
      {(open || pending.length > 0 || ended.length > 0) && (
        <div className="stack">
          {open && (
            <div>
              <div className="engagement-term">{words.people}</div>
              <ul className="engagement-people">
                {open.people.map((person) => (
                  <li key={person.userId}>
                    {person.name}
                    {person.role === 'admin' && <span className="small quiet"> {words.admin}</span>}
                  </li>
                ))}
              </ul>
            </div>
          )}
          {pending.map((invitation) => (
            <Invitation key={invitation.id} mandantId={mandant.id} invitation={invitation} mayAct={mayInvite} />
          ))}
          {ended.length > 0 && (
            <div>
              <div className="engagement-term">{words.endedTitle}</div>
              {ended.map((each) => (
                <p key={each.id}>{words.ended(each.firmName, format.date(each.since), format.date(each.endedAt))}</p>
              ))}
            </div>
          )}
        </div>
      )}
    </Card>
  );
}

type InvitationProps = { mandantId: string; invitation: FirmInvitation; mayAct: boolean };

function Invitation({ mandantId, invitation, mayAct }: InvitationProps) {
  const { texts, format } = useI18n();
  const { engagement: words } = texts.connections;
  const withdraw = useAct(api.engagement.withdrawInvitation, { stale: [api.engagement.get] });
  return (
    <div className="engagement-invitation">
      <StateBadge tone={invitation.state === 'accepted' ? 'warn' : 'wait'}>
        {words.invitationStates[invitation.state]}
      </StateBadge>
      <span className="grow">
        {invitation.firmName ?? invitation.email}{' '}
        <span className="small quiet num">{texts.people.validUntil(format.dateTime(invitation.expiresAt))}</span>
      </span>
      {mayAct && invitation.state === 'accepted' && <ConfirmCode mandantId={mandantId} invitation={invitation} />}
      {mayAct && (
        <Button
          kind="quiet"
          isPending={withdraw.isPending}
          onPress={() => withdraw.mutate({ params: { mandantId, invitationId: invitation.id } })}
        >
          {words.withdraw}
        </Button>
      )}
      {withdraw.error && <ProblemBanner error={withdraw.error} />}
    </div>
  );
}
