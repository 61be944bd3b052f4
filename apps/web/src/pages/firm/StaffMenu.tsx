import { api } from '@bruecke/contract';
import { useAct } from '../../api/query.tsx';
import { PersonMenu } from '../members/PersonMenu.tsx';
import type { StaffPerson } from './answers.ts';
import { StaffRights } from './StaffRights.tsx';

export function StaffMenu({ firmId, person }: { firmId: string; person: StaffPerson }) {
  const params = { firmId, userId: person.userId };
  const change = useAct(api.firms.changeStaff, { stale: [api.firms.listStaff, api.auth.me] });
  const remove = useAct(api.firms.removeStaff, { stale: [api.firms.listStaff] });
  return (
    <PersonMenu
      name={person.name}
      rights={{ role: person.role, mayManageConnections: person.mayManageConnections }}
      onSave={(body) => change.mutateAsync({ params, body })}
      removal={{ ...remove, run: (onSuccess) => remove.mutate({ params }, { onSuccess }) }}
      fields={(rights, set) => <StaffRights value={rights} onChange={set} />}
    />
  );
}
