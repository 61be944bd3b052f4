import { api } from '@bruecke/contract';
import { useAct } from '../../api/query.tsx';
import { InvitePerson } from './InvitePerson.tsx';
import { MemberRights, type Rights } from './MemberRights.tsx';

export function InviteMember({ mandantId, onlyAdmin }: { mandantId: string; onlyAdmin: boolean }) {
  const invite = useAct(api.mandanten.inviteMember, { stale: [api.mandanten.listMembers] });
  return (
    <InvitePerson<Rights>
      rights={{ role: onlyAdmin ? 'admin' : 'user', rights: ['read', 'handIn'] }}
      onInvite={(email, { role, rights }) =>
        invite.mutateAsync({ params: { mandantId }, body: { email, role, rights: role === 'admin' ? [] : rights } })
      }
      fields={(rights, set) => <MemberRights value={rights} onChange={set} onlyAdmin={onlyAdmin} />}
    />
  );
}
