import { t, textFor } from './text/text.ts'

export type Wire = {
  status?: number
  code?: string
  detail?: string
  reason?: string
  errors?: { pointer: string; detail: string; code: string }[]
}

/** A refusal by the server, or its silence, in the words of the chosen language. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  /** Why the session is over that the cookie names. */
  readonly reason: string | undefined
  readonly #wire: Wire
  readonly #retryAfter: number | undefined

  constructor(wire: Wire, retryAfter?: number) {
    super(wire.detail)
    this.status = wire.status ?? 0
    this.code = wire.code ?? 'no_answer'
    this.reason = wire.reason
    this.#wire = wire
    this.#retryAfter = retryAfter
  }

  get sentence(): string {
    return sentenceOf(this.code, this.#wire.detail ?? '', this.#retryAfter)
  }

  /** What is wrong with a field, by its name. */
  get fields(): Record<string, string[]> {
    return fieldsOf(this.#wire.errors ?? [])
  }
}

/** The dialog that a step waited for was closed: there is nothing to say. */
export class Cancelled extends Error {}

function sentenceOf(code: string, detail: string, retryAfter: number | undefined) {
  const sentence = textFor(t.problems, code) ?? (detail || t.problems.no_answer)
  return retryAfter ? `${sentence} ${t.retryIn(retryAfter)}` : sentence
}

function fieldsOf(errors: NonNullable<Wire['errors']>) {
  const fields: Record<string, string[]> = {}
  for (const { pointer, detail, code } of errors) {
    const name = pointer.replace(/^[#?:]\//, '').split('/')[0] ?? ''
    const sentence =
      (code === 'missing' ? textFor(t.missing, name) : undefined) ?? textFor(t.fieldProblems, code) ?? detail
    fields[name] = [...(fields[name] ?? []), sentence]
  }
  return fields
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem({ code: 'page_failed', detail: String(error) })
}
