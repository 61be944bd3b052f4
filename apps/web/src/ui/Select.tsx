import { ComboBox as AriaComboBox } from 'react-aria-components/ComboBox';
import {
  Select as AriaSelect,
  Button,
  FieldError,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
  Text,
} from 'react-aria-components/Select';
import { Input } from 'react-aria-components/TextField';
import { useTexts } from '../i18n/I18n.tsx';
import { Icon } from './Icon.tsx';
import { FieldLabel } from './TextField.tsx';
import './field.css';
import './menu.css';

export type Option<Value extends string = string> = { value: Value; label: string; note?: string };

type Props<Value extends string> = {
  label: string;
  options: readonly Option<Value>[];
  value: Value | null;
  onChange: (value: Value) => void;
  hint?: string;
  error?: string | undefined;
  placeholder?: string;
  isDisabled?: boolean;
  isRequired?: boolean;
  /** The label is read out but not shown, for filters above a table. */
  quietLabel?: boolean;
};

export function Select<Value extends string>(props: Props<Value>) {
  const { basics } = useTexts();
  return (
    <AriaSelect
      className={props.quietLabel ? 'field field-quiet-label' : 'field'}
      value={props.value}
      onChange={(key) => pick(props, key)}
      placeholder={props.placeholder ?? basics.choose}
      isInvalid={props.error !== undefined}
      isDisabled={props.isDisabled ?? false}
      validationBehavior="aria"
    >
      <FieldLabel label={props.label} isOptional={props.isRequired === false} optional={basics.optional} />
      <Button className="select-button">
        <SelectValue className="select-value">
          {({ selectedText, defaultChildren }) => selectedText || defaultChildren}
        </SelectValue>
        <Icon name="chevronDown" size={16} />
      </Button>
      <Notes {...props} />
      <Popover className="popover" offset={4}>
        <Options options={props.options} />
      </Popover>
    </AriaSelect>
  );
}

/** Like Select, with typing to find one among many (Mandanten, people). */
export function ComboBox<Value extends string>(props: Props<Value>) {
  const { basics } = useTexts();
  return (
    <AriaComboBox
      className={props.quietLabel ? 'field field-quiet-label' : 'field'}
      value={props.value}
      onChange={(key) => pick(props, key)}
      isInvalid={props.error !== undefined}
      isDisabled={props.isDisabled ?? false}
      validationBehavior="aria"
      menuTrigger="focus"
    >
      <FieldLabel label={props.label} isOptional={props.isRequired === false} optional={basics.optional} />
      <span className="field-frame">
        <Input className="input" placeholder={props.placeholder ?? ''} />
        <Button className="field-icon" aria-label={basics.show}>
          <Icon name="chevronDown" size={16} />
        </Button>
      </span>
      <Notes {...props} />
      <Popover className="popover" offset={4}>
        <Options options={props.options} />
      </Popover>
    </AriaComboBox>
  );
}

function pick<Value extends string>(props: Props<Value>, key: unknown): void {
  const option = props.options.find((candidate) => candidate.value === key);
  if (option) props.onChange(option.value);
}

function Notes({ hint, error }: { hint?: string; error?: string | undefined }) {
  return (
    <>
      {hint && (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </>
  );
}

function Options({ options }: { options: readonly Option[] }) {
  const { basics } = useTexts();
  return (
    <ListBox className="listbox" renderEmptyState={() => <div className="listbox-empty">{basics.noMatch}</div>}>
      {options.map((option) => (
        <ListBoxItem key={option.value} id={option.value} textValue={option.label} className="option">
          <span className="grow">
            {option.label}
            {option.note && <span className="option-note num">{option.note}</span>}
          </span>
          <Icon name="check" size={16} className="option-check" />
        </ListBoxItem>
      ))}
    </ListBox>
  );
}
