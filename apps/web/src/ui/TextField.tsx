import { type ReactNode, useState } from 'react';
import {
  TextField as AriaTextField,
  FieldError,
  Input,
  type InputProps,
  Label,
  Text,
  TextArea,
  type TextFieldProps,
} from 'react-aria-components/TextField';
import { useTexts } from '../i18n/I18n.tsx';
import './field.css';

type Props = Omit<TextFieldProps, 'className' | 'style' | 'children'> & {
  label: string;
  /** Stays below the field: format, limits, where to find the value. */
  hint?: string;
  /** What is wrong and how to put it right. */
  error?: string | undefined;
  placeholder?: string;
  multiline?: boolean;
  inputMode?: InputProps['inputMode'];
  onEnter?: () => void;
  /** Inside the frame at the right, for a unit or a button. */
  suffix?: ReactNode;
};

export function TextField({ label, hint, error, placeholder, multiline, inputMode, onEnter, suffix, ...rest }: Props) {
  const { basics } = useTexts();
  return (
    <AriaTextField {...rest} isInvalid={error !== undefined} validationBehavior="aria" className="field">
      <FieldLabel label={label} isOptional={rest.isRequired === false} optional={basics.optional} />
      <span className="field-frame">
        {multiline ? (
          <TextArea className="input input-area" rows={3} placeholder={placeholder ?? ''} />
        ) : (
          <Input
            className="input"
            placeholder={placeholder ?? ''}
            {...(inputMode ? { inputMode } : {})}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || !onEnter) return;
              event.preventDefault();
              onEnter();
            }}
          />
        )}
        {suffix}
      </span>
      {hint && (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </AriaTextField>
  );
}

/** Fields are required unless marked; the mark is a word, not a star. */
export function FieldLabel({ label, isOptional, optional }: { label: string; isOptional: boolean; optional: string }) {
  return (
    <Label className="field-label">
      {label} {isOptional && <span className="field-optional">{optional}</span>}
    </Label>
  );
}

/** Password with a word to look at it; browsers and password managers may fill it. */
export function PasswordField(props: Omit<Props, 'type' | 'suffix' | 'multiline'>) {
  const { basics } = useTexts();
  const [visible, setVisible] = useState(false);
  return (
    <TextField
      {...props}
      type={visible ? 'text' : 'password'}
      suffix={
        <button type="button" className="field-toggle" aria-pressed={visible} onClick={() => setVisible(!visible)}>
          {visible ? basics.hide : basics.show}
        </button>
      }
    />
  );
}
