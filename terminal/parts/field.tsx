/** Fields of forms, with what is wrong with them beside them. */

import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly problem?: string | null;
  /** Gets the id that joins label and input. */
  readonly children: (id: string, describedBy: string | undefined) => ComponentChildren;
}

const Field = ({ label, hint, problem = null, children }: FieldProps) => {
  const id = useId();
  const noteId = `${id}-note`;
  const hasNote = problem !== null || hint !== undefined;
  return (
    <div class={`field${problem === null ? '' : ' wrong'}`}>
      <label for={id}>{label}</label>
      {children(id, hasNote ? noteId : undefined)}
      {hasNote && (
        <div id={noteId} class={problem === null ? 'hint' : 'problem'} role={problem === null ? undefined : 'alert'}>
          {problem ?? hint}
        </div>
      )}
    </div>
  );
};

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'email' | 'password' | 'date';
  readonly hint?: ComponentChildren;
  readonly problem?: string | null;
  readonly placeholder?: string;
  readonly autocomplete?: string;
  /** Numbers: right-aligned figures and the keyboard of digits, but still text, so that no digit is lost. */
  readonly isNumber?: boolean;
  readonly isRequired?: boolean;
  readonly hasFocus?: boolean;
  readonly maxLength?: number;
}

export const TextField = (props: TextFieldProps) => {
  const { label, value, onChange, type = 'text', hint, problem = null, isNumber = false } = props;
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(id, describedBy) => (
        <input
          id={id}
          // The types tell inputs apart by their roles, of which none is given here.
          {...({ type } as object)}
          value={value}
          class={isNumber ? 'number' : undefined}
          inputMode={isNumber ? 'decimal' : undefined}
          placeholder={props.placeholder}
          autocomplete={props.autocomplete ?? 'off'}
          required={props.isRequired}
          maxLength={props.maxLength}
          autofocus={props.hasFocus}
          aria-invalid={problem !== null}
          aria-describedby={describedBy}
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      )}
    </Field>
  );
};

interface ChoiceFieldProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly title: string }[];
  readonly onChange: (value: T) => void;
  readonly hint?: ComponentChildren;
  readonly problem?: string | null;
}

export const ChoiceField = <T extends string>(props: ChoiceFieldProps<T>) => {
  const { label, value, options, onChange, hint, problem = null } = props;
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(id, describedBy) => (
        <select
          id={id}
          value={value}
          aria-describedby={describedBy}
          onChange={({ currentTarget }) => {
            const chosen = options.find((option) => option.value === currentTarget.value);
            if (chosen !== undefined) onChange(chosen.value);
          }}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.title}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
};
