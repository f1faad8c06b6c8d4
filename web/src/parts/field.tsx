import { Eye, EyeOff } from 'lucide'
import type { ComponentChildren, InputHTMLAttributes, TargetedEvent, TextareaHTMLAttributes } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { t } from '../text/text.ts'
import { useFieldErrors } from './form.tsx'
import { Icon } from './icon.tsx'

type Described = { name: string; label: string; hint?: string | undefined }
type FieldProps = Described & {
  type?: 'text' | 'email' | 'search'
  /** What stands in it at first: what is typed then is the browser's, and no rendering takes it away. */
  initial?: string
  required?: boolean
  autofocus?: boolean
  autocomplete?: string
  autocapitalize?: 'none' | 'characters'
  spellcheck?: false
  inputMode?: 'numeric'
  maxLength?: number
  class?: string
  /** When somebody points at it or presses a key in it. */
  onBegin?: () => void
  /** With the value, at each key. */
  onType?: (value: string) => void
}

// Preact's types tell inputs apart by literal types and ARIA roles, which attributes that are put together here cannot show.
const asInput = (attributes: object) => attributes as InputHTMLAttributes

/** The ids that tie a field to what is said about it, and whether it is refused. */
function useDescription(name: string, hint: string | undefined) {
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

function Hint({ id, hint }: { id: string; hint: string | undefined }) {
  return hint ? (
    <small id={`${id}-hint`} class="hint">
      {hint}
    </small>
  ) : null
}

function Errors({ id, errors }: { id: string; errors: string[] }) {
  return (
    <small id={`${id}-error`} class="error" role="alert">
      {errors.join(' ')}
    </small>
  )
}

/** Takes the focus when it appears; browsers themselves do that once per load. */
function useAutofocus(wanted: boolean | undefined) {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (wanted) field.current?.focus()
  }, [])
  return field
}

export function Field({ name, label, hint, initial, autofocus, onBegin, onType, ...input }: FieldProps) {
  const { id, errors, attributes } = useDescription(name, hint)
  const field = useAutofocus(autofocus)
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        ref={field}
        {...asInput({
          ...input,
          ...attributes,
          defaultValue: initial,
          autofocus,
          onPointerDown: onBegin,
          onKeyDown: onBegin,
          onInput: (event: TargetedEvent<HTMLInputElement>) => onType?.(event.currentTarget.value),
        })}
      />
      <Hint id={id} hint={hint} />
      <Errors id={id} errors={errors} />
    </div>
  )
}

type PasswordFieldProps = Omit<FieldProps, 'type' | 'initial' | 'onBegin'> & {
  /** A link at the end of the label's line; Tab reaches it after the field. */
  beside?: ComponentChildren
}

/** A password that can be looked at; its owner pastes it or lets a password manager fill it in. */
export function PasswordField({ name, label, hint, onType, autofocus, beside, ...input }: PasswordFieldProps) {
  // What is wrong with it says more than the rules.
  const advice = useFieldErrors(name).length > 0 ? undefined : hint
  const { id, errors, attributes } = useDescription(name, advice)
  const field = useAutofocus(autofocus)
  const [shown, setShown] = useState(false)
  const [capsLock, setCapsLock] = useState(false)
  const watchCapsLock = (event: KeyboardEvent) => setCapsLock(event.getModifierState('CapsLock'))
  return (
    <div class={beside ? 'field headed' : 'field'}>
      <label for={id}>{label}</label>
      <div class="revealing">
        <input
          ref={field}
          {...asInput({
            type: shown ? 'text' : 'password',
            required: true,
            spellcheck: false,
            autocapitalize: 'none',
            onInput: (event: TargetedEvent<HTMLInputElement>) => onType?.(event.currentTarget.value),
            onKeyDown: watchCapsLock,
            onKeyUp: watchCapsLock,
            onBlur: () => setCapsLock(false),
            autofocus,
            ...input,
            ...attributes,
          })}
        />
        <button
          type="button"
          class="bare"
          aria-controls={id}
          aria-label={shown ? t.common.hidePassword : t.common.showPassword}
          onClick={() => setShown(!shown)}
        >
          <Icon icon={shown ? EyeOff : Eye} />
        </button>
      </div>
      {beside && <span class="beside">{beside}</span>}
      <small class="caps-lock" role="status">
        {capsLock ? t.common.capsLock : ''}
      </small>
      <Hint id={id} hint={advice} />
      <Errors id={id} errors={errors} />
    </div>
  )
}

type CodeProps = {
  label: string
  hint?: string
  autofocus?: boolean
  /** Called when a code of six digits is complete. */
  onComplete?: () => void
}

/** Digits of an authenticator app or an email. */
export function CodeField({ label, hint, autofocus = false, onComplete }: CodeProps) {
  return (
    <Field
      name="code"
      label={label}
      hint={hint}
      autofocus={autofocus}
      required
      class="code"
      autocomplete="one-time-code"
      inputMode="numeric"
      maxLength={12}
      onType={code => /^\d{6}$/.test(code.replaceAll(/\s/g, '')) && onComplete?.()}
      spellcheck={false}
    />
  )
}

type CheckboxProps = {
  name: string
  label: string
  /** In small print after the label. */
  note?: string
  value?: string
  checked?: boolean
  onTick?: (ticked: boolean) => void
}

export function Checkbox({ name, label, note, value = 'on', checked = false, onTick }: CheckboxProps) {
  return (
    <label class="choice">
      <input
        type="checkbox"
        name={name}
        value={value}
        defaultChecked={checked}
        onChange={(event: TargetedEvent<HTMLInputElement>) => onTick?.(event.currentTarget.checked)}
      />
      <span>
        {label} {note && <small class="quiet">{note}</small>}
      </span>
    </label>
  )
}

type SelectProps = Described & { value?: string; options: { value: string; label: string }[] }

export function Select({ name, label, hint, value, options }: SelectProps) {
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

type TextAreaProps = Described & { initial: string; rows?: number; required?: boolean }

/** Several lines of something that is read by programs, so nothing corrects it. */
export function TextArea({ name, label, hint, initial, rows = 3, required }: TextAreaProps) {
  const { id, errors, attributes } = useDescription(name, hint)
  const written = { ...attributes, rows, required, spellcheck: false, autocapitalize: 'none', defaultValue: initial }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea {...(written as TextareaHTMLAttributes)} />
      <Hint id={id} hint={hint} />
      <Errors id={id} errors={errors} />
    </div>
  )
}

type ChoicesProps = Described & {
  options: readonly { value: string; label: string }[]
  chosen: string[]
  onChange: (chosen: string[]) => void
}

/** Any number of options. The boxes keep their own state, so `chosen` matters only at first. */
export function Choices({ name, label, hint, options, chosen, onChange }: ChoicesProps) {
  const { id, errors, attributes } = useDescription(name, hint)
  const toggle = (value: string) => (ticked: boolean) =>
    onChange(ticked ? [...chosen, value] : chosen.filter(each => each !== value))
  return (
    <fieldset {...attributes}>
      <legend>{label}</legend>
      {options.map(option => (
        <Checkbox
          key={option.value}
          name={`${name}:${option.value}`}
          label={option.label}
          checked={chosen.includes(option.value)}
          onTick={toggle(option.value)}
        />
      ))}
      <Hint id={id} hint={hint} />
      <Errors id={id} errors={errors} />
    </fieldset>
  )
}
