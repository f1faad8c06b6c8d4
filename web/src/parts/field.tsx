import type { InputHTMLAttributes, TargetedEvent } from 'preact'
import { useId, useState } from 'preact/hooks'
import { t } from '../text/text.ts'
import { useFieldErrors } from './form.tsx'

type Described = { name: string; label: string; hint?: string | undefined }
type FieldProps = Described & {
  type?: 'text' | 'email' | 'search'
  value?: string
  required?: boolean
  autofocus?: boolean
  autocomplete?: string
  autocapitalize?: 'none' | 'characters'
  spellcheck?: false
  inputMode?: 'numeric'
  maxLength?: number
  class?: string
  onFocus?: () => void
  /** With the value, when somebody leaves the field. */
  onLeave?: (value: string) => void
}

// Preact's types tell inputs apart by literal types and ARIA roles, which attributes that are put together here cannot show.
const asInput = (attributes: object) => attributes as InputHTMLAttributes

/** The ids that tie a field to what is said about it, and whether it is refused. */
const useDescription = (name: string, hint: string | undefined) => {
  const id = useId()
  const errors = useFieldErrors(name)
  const described = [hint && `${id}-hint`, errors.length > 0 && `${id}-error`].filter(Boolean).join(' ')
  return {
    id,
    errors,
    attributes: {
      id,
      name,
      'aria-describedby': described || undefined,
      'aria-invalid': errors.length > 0 ? ('true' as const) : undefined,
    },
  }
}

const Hint = ({ id, hint }: { id: string; hint: string | undefined }) =>
  hint ? (
    <small id={`${id}-hint`} class="hint">
      {hint}
    </small>
  ) : null

const Errors = ({ id, errors }: { id: string; errors: string[] }) => (
  <small id={`${id}-error`} class="error" role="alert">
    {errors.join(' ')}
  </small>
)

export const Field = ({ name, label, hint, ...input }: Omit<FieldProps, 'onLeave'>) => {
  const { id, errors, attributes } = useDescription(name, hint)
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input {...asInput({ ...input, ...attributes })} />
      <Hint id={id} hint={hint} />
      <Errors id={id} errors={errors} />
    </div>
  )
}

/** A password that can be looked at; its owner pastes it or lets a password manager fill it in. */
export const PasswordField = ({ name, label, hint, onLeave, ...input }: Omit<FieldProps, 'type'>) => {
  const { id, errors, attributes } = useDescription(name, hint)
  const [shown, setShown] = useState(false)
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="revealing">
        <input
          {...asInput({
            type: shown ? 'text' : 'password',
            required: true,
            spellcheck: false,
            autocapitalize: 'none',
            onBlur: (event: TargetedEvent<HTMLInputElement>) => onLeave?.(event.currentTarget.value),
            ...input,
            ...attributes,
          })}
        />
        <button
          type="button"
          class="outline secondary"
          aria-controls={id}
          aria-label={shown ? t.common.hidePassword : t.common.showPassword}
          onClick={() => setShown(!shown)}
        >
          {shown ? t.common.hide : t.common.show}
        </button>
      </div>
      <Hint id={id} hint={hint} />
      <Errors id={id} errors={errors} />
    </div>
  )
}

/** Digits of an authenticator app. */
export const CodeField = ({ name = 'code', label, hint }: { name?: string; label: string; hint?: string }) => (
  <Field
    name={name}
    label={label}
    hint={hint}
    required
    class="code"
    autocomplete="one-time-code"
    inputMode="numeric"
    maxLength={12}
    spellcheck={false}
  />
)

type CheckboxProps = {
  name: string
  label: string
  value?: string
  checked?: boolean
  onTick?: (ticked: boolean) => void
}

export const Checkbox = ({ name, label, value = 'on', checked = false, onTick }: CheckboxProps) => (
  <label class="choice">
    <input
      type="checkbox"
      name={name}
      value={value}
      defaultChecked={checked}
      onChange={(event: TargetedEvent<HTMLInputElement>) => onTick?.(event.currentTarget.checked)}
    />
    {label}
  </label>
)

type SelectProps = Described & { value?: string; options: { value: string; label: string }[] }

export const Select = ({ name, label, hint, value, options }: SelectProps) => {
  const { id, errors, attributes } = useDescription(name, hint)
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select {...attributes}>
        {options.map(option => (
          <option key={option.value} value={option.value} selected={option.value === value}>
            {option.label}
          </option>
        ))}
      </select>
      <Hint id={id} hint={hint} />
      <Errors id={id} errors={errors} />
    </div>
  )
}
