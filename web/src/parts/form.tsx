import { type ComponentChildren, createContext } from 'preact'
import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import { asProblem, Cancelled, Problem } from '../problem.ts'
import { Failure, useSlow } from './feedback.tsx'

/** What somebody wrote into the fields, by their names; a box that is not ticked has none. */
export type Values = Record<string, string>

type FormState = { errorsOf: (name: string) => string[] }
const FormContext = createContext<FormState>({ errorsOf: () => [] })

/** What is wrong with a field of the form around it. */
export const useFieldErrors = (name: string) => useContext(FormContext).errorsOf(name)

type FormProps = {
  /** Says what is wrong by throwing. */
  onSubmit: (values: Values) => Promise<unknown>
  /** On the button. */
  action: string
  /** Fields of the API that go by another name here. */
  aliases?: Record<string, string>
  danger?: true
  /** Beside the button. */
  beside?: ComponentChildren
  label?: string
  children?: ComponentChildren
}

/** A form that sends once at a time, says beside each field what is wrong with it, and leads there. */
export function Form({ onSubmit, action, aliases = {}, danger, beside, label, children }: FormProps) {
  const form = useRef<HTMLFormElement>(null)
  const running = useRef(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  /** Fields that were changed since they were refused: what was said of them may be true no more. */
  const [changed, setChanged] = useState<string[]>([])
  const slow = useSlow(busy)
  const fields = renamed(problem?.fields ?? {}, aliases)
  const shown = Object.keys(fields).filter(name => form.current?.elements.namedItem(name))

  useEffect(() => {
    if (!problem) return
    const invalid = form.current?.querySelector<HTMLElement>('[aria-invalid=true]')
    if (invalid) invalid.focus()
    else form.current?.querySelector('[role=alert]')?.scrollIntoView({ block: 'nearest' })
  }, [problem])

  async function submit(event: Event) {
    event.preventDefault()
    if (running.current || !form.current) return
    setChanged([])
    const missing = missingOf(form.current)
    if (missing) return setProblem(missing)
    running.current = true
    setBusy(true)
    setProblem(undefined)
    try {
      await onSubmit(valuesOf(form.current))
    } catch (error) {
      if (!(error instanceof Cancelled)) setProblem(asProblem(error))
    } finally {
      running.current = false
      setBusy(false)
    }
  }
  function onInput({ target }: Event) {
    const isField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
    const name = isField ? target.name : ''
    if (fields[name] && !changed.includes(name)) setChanged([...changed, name])
  }

  return (
    <FormContext.Provider value={{ errorsOf: name => (changed.includes(name) ? [] : (fields[name] ?? [])) }}>
      <form ref={form} noValidate onSubmit={event => void submit(event)} onInput={onInput} aria-label={label}>
        <Failure problem={problem && shown.length === 0 ? problem : undefined} />
        {children}
        <div class="actions">
          <button type="submit" class={danger && 'danger'} aria-disabled={busy || undefined} aria-busy={slow}>
            {action}
          </button>
          {beside}
        </div>
      </form>
    </FormContext.Provider>
  )
}

function valuesOf(form: HTMLFormElement): Values {
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]))
}

function missingOf(form: HTMLFormElement): Problem | undefined {
  const empty = [...form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('[required]')].filter(
    ({ value }) => !value.trim(),
  )
  if (empty.length === 0) return undefined
  const errors = empty.map(({ name }) => ({ pointer: `#/${name}`, detail: '', code: 'missing' }))
  return new Problem({ status: 422, code: 'validation_failed', errors })
}

function renamed(fields: Record<string, string[]>, aliases: Record<string, string>) {
  return Object.fromEntries(Object.entries(fields).map(([name, errors]) => [aliases[name] ?? name, errors]))
}
