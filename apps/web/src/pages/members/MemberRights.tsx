import { type GrantableMemberRight, grantableMemberRights, type MemberRole } from '@bruecke/model';
import { useTexts } from '../../i18n/I18n.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Select } from '../../ui/Select.tsx';

export type Rights = { role: MemberRole; rights: GrantableMemberRight[] };
type Props = { value: Rights; onChange: (value: Rights) => void; onlyAdmin?: boolean };

/** Role, and for a Nutzer the single rights. Seeing comes with every other right. */
export function MemberRights({ value, onChange, onlyAdmin = false }: Props) {
  const { role, rights } = value;
  const { people } = useTexts();
  const roles = [
    { value: 'admin' as const, label: people.roles.memberAdmin },
    ...(onlyAdmin ? [] : [{ value: 'user' as const, label: people.roles.memberUser }]),
  ];
  const toggle = (right: GrantableMemberRight, isOn: boolean) => {
    const next = new Set(rights);
    if (isOn) next.add(right).add('read');
    else next.delete(right);
    onChange({ role, rights: grantableMemberRights.filter((each) => next.has(each)) });
  };
  return (
    <>
      <Select label={people.role} options={roles} value={role} onChange={(next) => onChange({ role: next, rights })} />
      {role === 'user' && (
        <fieldset className="rights">
          <legend>{people.columns.rights}</legend>
          {grantableMemberRights.map((right) => (
            <Checkbox
              key={right}
              isSelected={rights.includes(right)}
              isDisabled={right === 'read' && rights.length > 1}
              onChange={(isOn) => toggle(right, isOn)}
            >
              {people.rights[right]}
            </Checkbox>
          ))}
        </fieldset>
      )}
    </>
  );
}
