import { SearchField as AriaSearchField, Button, Input, Label } from 'react-aria-components/SearchField';
import { useTexts } from '../i18n/I18n.tsx';
import { Icon } from './Icon.tsx';
import './field.css';

type Props = { label: string; value: string; onChange: (value: string) => void; placeholder?: string };

export function SearchField({ label, value, onChange, placeholder }: Props) {
  const { basics } = useTexts();
  return (
    <AriaSearchField className="field field-quiet-label search" value={value} onChange={onChange}>
      <Label className="field-label">{label}</Label>
      <span className="field-frame">
        <span className="field-icon">
          <Icon name="search" size={17} />
        </span>
        <Input className="input search-input" placeholder={placeholder ?? label} />
        <Button className="field-icon search-clear" aria-label={basics.clear}>
          <Icon name="close" size={15} />
        </Button>
      </span>
    </AriaSearchField>
  );
}
