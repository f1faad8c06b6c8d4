import { t } from './text/text.ts'

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
  /** What is wrong with a field, by its name. */
  readonly fields: Record<string, string[]>

  constructor({ status = 0, code = 'no_answer', detail = '', reason, errors = [] }: Wire, retryAfter?: number) {
    super(sentenceOf(code, detail, retryAfter))
    this.status = status
    this.code = code
    this.reason = reason
    this.fields = fieldsOf(errors)
  }
}

/** The dialog that a step waited for was closed: there is nothing to say. */
export class Cancelled extends Error {}

const sentenceOf = (code: string, detail: string, retryAfter: number | undefined) => {
  const sentence = t.problems[code] ?? (detail || t.problems.no_answer || '')
  return retryAfter ? `${sentence} ${t.retryIn(retryAfter)}` : sentence
}

const fieldsOf = (errors: NonNullable<Wire['errors']>) => {
  const fields: Record<string, string[]> = {}
  for (const { pointer, detail, code } of errors) {
    const name = pointer.replace(/^[#?:]\//, '').split('/')[0] ?? ''
    fields[name] = [...(fields[name] ?? []), t.fieldProblems[code] ?? detail]
  }
  return fields
}

export const asProblem = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem({ code: 'page_failed', detail: String(error) })
