import type { FirmRole } from '@bruecke/model';
import { useTexts } from '../../i18n/I18n.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Select } from '../../ui/Select.tsx';

type Props = {
  role: FirmRole;
  mayManageConnections: boolean;
  onRole: (role: FirmRole) => void;
  onConnections: (may: boolean) => void;
};

export function StaffRights({ role, mayManageConnections, onRole, onConnections }: Props) {
  const { people } = useTexts();
  return (
    <>
      <Select
        label={people.role}
        options={[
          { value: 'user', label: people.roles.staffUser },
          { value: 'admin', label: people.roles.staffAdmin },
        ]}
        value={role}
        onChange={onRole}
      />
      {role === 'user' && (
        <Checkbox isSelected={mayManageConnections} onChange={onConnections}>
          {people.mayManage}
        </Checkbox>
      )}
    </>
  );
}
