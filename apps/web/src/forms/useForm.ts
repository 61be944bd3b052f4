import { type FormEvent, useRef, useState } from 'react';
import { fieldErrors } from '../api/problem.ts';
import { useTexts } from '../i18n/I18n.tsx';

export type FieldErrors<Values> = Partial<Record<keyof Values & string, string | undefined>>;

type Settings<Values> = {
  initial: Values;
  /** Checks before sending; an empty object lets it go. */
  check?: (values: Values) => FieldErrors<Values>;
  /** Sends; a rejection becomes the form's error, and its field errors land at the fields. `saved`: what the person started from. */
  submit: (values: Values, saved: Values) => Promise<unknown>;
};

export type FormState<Values> = {
  values: Values;
  set: <Name extends keyof Values & string>(name: Name, value: Values[Name]) => void;
  /** What a field component needs. */
  field: <Name extends keyof Values & string>(
    name: Name,
  ) => { value: Values[Name]; onChange: (value: Values[Name]) => void; error: string | undefined };
  /** True while something differs from what was last saved. */
  isDirty: boolean;
  isPending: boolean;
  /** The refusal or lost answer of the last attempt, when it is not only about fields. */
  error: unknown;
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  /** Takes new values as saved ones, e.g. after reading them again. */
  reset: (values: Values) => void;
};

/** One form: values, what the person changed, and where the server's complaints belong. */
export function useForm<Values extends Record<string, unknown>>(settings: Settings<Values>): FormState<Values> {
  const { basics } = useTexts();
  const [saved, setSaved] = useState(settings.initial);
  const [values, setValues] = useState(settings.initial);
  const [checked, setChecked] = useState<Readonly<Record<string, string>>>({});
  const [error, setError] = useState<unknown>(null);
  const [isPending, setPending] = useState(false);
  const element = useRef<HTMLFormElement>(null);

  const showErrors = (errors: Readonly<Record<string, string>>) => {
    setChecked(errors);
    // After the render that marks them: the first wrong field gets the focus.
    requestAnimationFrame(() => element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };

  const send = async () => {
    setPending(true);
    setError(null);
    try {
      await settings.submit(values, saved);
      setSaved(values);
      setChecked({});
    } catch (thrown) {
      setError(thrown);
      showErrors(fieldErrors(thrown, basics.fieldWrong));
    } finally {
      setPending(false);
    }
  };

  return {
    values,
    set: (name, value) => setValues((old) => ({ ...old, [name]: value })),
    field: (name) => ({
      value: values[name],
      onChange: (value) => {
        setValues((old) => ({ ...old, [name]: value }));
        if (checked[name]) setChecked(({ [name]: _gone, ...rest }) => rest);
      },
      error: checked[name],
    }),
    isDirty: differs(values, saved),
    isPending,
    error,
    onSubmit: (event) => {
      event.preventDefault();
      element.current = event.currentTarget;
      if (isPending) return;
      const complaints = definedOf(settings.check?.(values) ?? {});
      if (Object.keys(complaints).length > 0) showErrors(complaints);
      else void send();
    },
    reset: (next) => {
      setSaved(next);
      setValues(next);
      setChecked({});
      setError(null);
    },
  };
}

/** Plain values only (strings, numbers, flags, lists of them), compared by content. */
export function differs(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  return JSON.stringify(a) !== JSON.stringify(b);
}

function definedOf(errors: Readonly<Partial<Record<string, string | undefined>>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(errors).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
