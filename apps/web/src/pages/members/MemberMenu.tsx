import { api } from '@bruecke/contract';
import { useAct } from '../../api/query.tsx';
import type { Member } from './answers.ts';
import { MemberRights } from './MemberRights.tsx';
import { PersonMenu } from './PersonMenu.tsx';

export function MemberMenu({ mandantId, person }: { mandantId: string; person: Member }) {
  const params = { mandantId, userId: person.userId };
  const change = useAct(api.mandanten.changeMember, { stale: [api.mandanten.listMembers, api.auth.me] });
  const remove = useAct(api.mandanten.removeMember, { stale: [api.mandanten.listMembers] });
  return (
    <PersonMenu
      name={person.name}
      rights={{ role: person.role, rights: person.rights }}
      onSave={(body) => change.mutateAsync({ params, body })}
      removal={{ ...remove, run: (onSuccess) => remove.mutate({ params }, { onSuccess }) }}
      fields={(rights, set) => <MemberRights value={rights} onChange={set} />}
    />
  );
}
