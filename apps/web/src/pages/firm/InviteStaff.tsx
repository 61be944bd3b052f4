import { api } from '@bruecke/contract';
import { useAct } from '../../api/query.tsx';
import { InvitePerson } from '../members/InvitePerson.tsx';
import { type Rights, StaffRights } from './StaffRights.tsx';

export function InviteStaff({ firmId }: { firmId: string }) {
  const invite = useAct(api.firms.inviteStaff, { stale: [api.firms.listStaff] });
  return (
    <InvitePerson<Rights>
      rights={{ role: 'user', mayManageConnections: false }}
      onInvite={(email, rights) => invite.mutateAsync({ params: { firmId }, body: { email, ...rights } })}
      fields={(rights, set) => <StaffRights value={rights} onChange={set} />}
    />
  );
}
