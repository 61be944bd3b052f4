import type { FirmRole } from '@bruecke/model';
import { useTexts } from '../../i18n/I18n.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Select } from '../../ui/Select.tsx';

export type Rights = { role: FirmRole; mayManageConnections: boolean };

export function StaffRights({ value, onChange }: { value: Rights; onChange: (value: Rights) => void }) {
  const { role, mayManageConnections } = value;
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
        onChange={(next) => onChange({ ...value, role: next })}
      />
      {role === 'user' && (
        <Checkbox
          isSelected={mayManageConnections}
          onChange={(may) => onChange({ ...value, mayManageConnections: may })}
        >
          {people.mayManage}
        </Checkbox>
      )}
    </>
  );
}
