import type { Span } from '../../support/nodes/pair.ts'
import type { Answer } from '../../support/nodes/processes.ts'

/** What must not happen, as the model knows it. */
export type Fault =
  | 'a session was revived'
  | 'a key was lost'
  | 'an expired session was accepted'
  | 'a live session was refused'
  | 'a dead cookie was handed back'
  | 'an unexpected answer'

export class Violation extends Error {
  override readonly name = 'Violation'
  readonly fault: Fault
  constructor(fault: Fault, detail: string) {
    super(`${fault}: ${detail}`)
    this.fault = fault
  }
}

export type Limits = { idle: number; absolute: number; touchAfter: number }

/** `kept` must be there, `gone` must not, `unsure` may: its writer was never answered. */
type KeyFate = 'kept' | 'gone' | 'unsure'

/** What the model knows of one session. */
export class ModelSession {
  readonly user: number
  cookie: string
  publicId = ''
  readonly deadCookies: string[] = []
  readonly keys = new Map<string, KeyFate>()
  /** `ended`: refused for good. `unsure`: nobody was answered yet. */
  fate: 'live' | 'ended' | 'unsure' = 'live'
  /** Its user's role changed: the next request gives it a new id. */
  renewDue = false
  readonly #limits: Limits
  readonly #absolute: Span
  /** The idle limit lies between these; `settled` is the part that a crash cannot take. */
  #idle: Span
  #settled: number

  constructor(user: number, cookie: string, created: Span, limits: Limits) {
    this.user = user
    this.cookie = cookie
    this.#limits = limits
    this.#absolute = { from: created.from + limits.absolute, to: created.to + limits.absolute }
    this.#idle = { from: created.from + limits.idle, to: created.to + limits.idle }
    this.#settled = this.#idle.from
  }

  used({ from, to }: Span) {
    const { idle, touchAfter } = this.#limits
    this.#idle = { from: Math.max(this.#idle.from, from + idle - touchAfter), to: Math.max(this.#idle.to, to + idle) }
  }

  settle() {
    this.#settled = this.#idle.from
  }

  /** What was not yet in the database when its node was killed may be lost. */
  crash() {
    this.#idle = { ...this.#idle, from: this.#settled }
  }

  mustBeRefused({ from }: Span): Fault | undefined {
    if (this.fate === 'ended') return 'a session was revived'
    return from >= Math.min(this.#idle.to, this.#absolute.to) ? 'an expired session was accepted' : undefined
  }

  mustBeAccepted({ to }: Span) {
    return this.fate === 'live' && to < Math.min(this.#idle.from, this.#absolute.from)
  }

  end() {
    this.fate = 'ended'
  }

  administered(kind: 'disable' | 'enable' | 'change role') {
    if (kind === 'disable') this.end()
    if (kind === 'change role') this.renewDue = true
  }

  /** Holds an answer to a request of this session against what is known, and learns from it. */
  observe(answer: Answer, span: Span, use: 'active' | 'passive', about: string, hindered: boolean) {
    if (answer.status !== 200 && answer.status !== 401)
      throw new Violation('an unexpected answer', `${about}: ${answer.status} ${JSON.stringify(answer.body)}`)
    if (answer.status === 401) return this.#refused(span, about, hindered)
    const fault = this.mustBeRefused(span)
    if (fault) throw new Violation(fault, `${about}; ${this.describe()}`)
    if (use === 'active') this.used(span)
    this.#take(answer.cookie, about)
  }

  /** A request was accepted that takes its time; whether it prolongs when it begins or when it ends is not the model's affair. */
  beganSlowly(span: Span) {
    this.#mayBeProlonged(span)
  }

  /** Its answer: it writes and prolongs only what is still alive. */
  finishedSlowly(answer: Answer, key: string, began: Span, span: Span) {
    this.#take(answer.cookie, 'by a request that took its time')
    const alive = this.mustBeAccepted(span)
    this.keys.set(key, alive ? 'kept' : 'unsure')
    if (!this.mustBeRefused(span)) this.#mayBeProlonged(span)
    if (alive) this.used({ from: began.from, to: span.to })
  }

  #mayBeProlonged({ to }: Span) {
    this.#idle = { ...this.#idle, to: Math.max(this.#idle.to, to + this.#limits.idle) }
  }

  /** @param hindered whether another request that was under way may have ended or renewed it */
  #refused(span: Span, about: string, hindered: boolean) {
    if (hindered) return
    if (this.mustBeAccepted(span)) throw new Violation('a live session was refused', `${about}; ${this.describe()}`)
    this.end()
  }

  #take(cookie: string | undefined, about: string) {
    if (cookie === undefined || cookie === this.cookie) return
    if (this.deadCookies.includes(cookie)) throw new Violation('a dead cookie was handed back', about)
    this.deadCookies.push(this.cookie)
    this.cookie = cookie
    this.renewDue = false
  }

  /** A key to remove. */
  someKey(): string {
    const kept = [...this.keys].find(([, fate]) => fate === 'kept')
    return kept?.[0] ?? 'none'
  }

  /** @param present the keys that the session has now */
  checkKeys(present: Set<string>, about: string) {
    for (const [key, fate] of this.keys) {
      if (fate === 'kept' && !present.has(key))
        throw new Violation('a key was lost', `${key} ${about}; ${this.describe()}`)
      if (fate === 'gone' && present.has(key)) throw new Violation('a key was lost', `the removal of ${key} ${about}`)
    }
  }

  describe() {
    const time = (at: number) => new Date(at).toISOString().slice(11, 23)
    const { from, to } = this.#idle
    return `session of user ${this.user}, ${this.fate}, idle until ${time(from)}..${time(to)}, at most ${time(this.#absolute.to)}`
  }
}
