import { api } from '@bruecke/contract';
import { useParams } from '@tanstack/react-router';
import { useAct, useAsk } from '../../api/query.tsx';
import { useTexts } from '../../i18n/I18n.tsx';
import type { Mandant } from '../../session/mandant.ts';
import { Card } from '../../ui/Card.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { EmptyState } from '../../ui/States.tsx';
import { MandantPageFrame } from '../mandanten/MandantHeader.tsx';
import type { MembersAnswer } from './answers.ts';
import { InviteMember } from './InviteMember.tsx';
import { MemberMenu } from './MemberMenu.tsx';
import { OpenInvitations, PeopleTable } from './PeopleTable.tsx';

/** The Mandant's own people. Also where a firm invites the first Mandanten-Admin before a cut. */
export function MembersPage() {
  const { people } = useTexts();
  const { mandantId } = useParams({ from: '/shell/optionen/mandanten/$mandantId/nutzer' });
  const members = useAsk(api.mandanten.listMembers, { params: { mandantId } });
  return (
    <MandantPageFrame mandantId={mandantId} title={people.members}>
      {(mandant) => <Loaded query={members}>{(data) => <Members mandant={mandant} data={data} />}</Loaded>}
    </MandantPageFrame>
  );
}

function Members({ mandant, data }: { mandant: Mandant; data: MembersAnswer }) {
  const { people } = useTexts();
  const mayManage = mandant.rights.includes('members');
  const revoke = useAct(api.mandanten.revokeMemberInvitation, { stale: [api.mandanten.listMembers] });
  const params = { mandantId: mandant.id };
  return (
    <Card
      title={people.members}
      description={!mayManage && data.mayInvite ? people.inviteAdminOnly : people.membersText}
      aside={data.mayInvite && <InviteMember mandantId={mandant.id} onlyAdmin={!mayManage} />}
    >
      {data.people.length === 0 ? (
        <EmptyState icon="people" title={people.noMembers} />
      ) : (
        <PeopleTable
          label={people.members}
          people={data.people.map((person) => ({
            ...person,
            role: person.role === 'admin' ? people.roles.memberAdmin : people.roles.memberUser,
            rights:
              person.role === 'admin'
                ? people.allRights
                : person.rights.map((right) => people.rights[right]).join(', ') || '–',
            menu: mayManage && <MemberMenu mandantId={mandant.id} person={person} />,
          }))}
        />
      )}
      <OpenInvitations
        invitations={data.invitations}
        onWithdraw={mayManage ? (invitationId) => revoke.mutate({ params: { ...params, invitationId } }) : undefined}
      />
      {revoke.error && <ProblemBanner error={revoke.error} />}
    </Card>
  );
}
