import { type NodeIndex, type Pair, type Span, USERS } from '../../support/nodes/pair.ts'
import type { Answer } from '../../support/nodes/processes.ts'
import type { Alone, Command } from './commands.ts'
import { keysIn, send, showsKeys, useOf } from './requests.ts'
import { type Limits, ModelSession, Violation } from './world.ts'

type Slow = { session: ModelSession; node: NodeIndex; name: string; began: Span; answer: Promise<Answer | undefined> }
type Lifetimes = { ordinary: Limits; remembered: Limits }

/** Names of keys and gates are never used twice, so that one interleaving cannot hear of another's. */
let names = 0

/** Plays one interleaving on the two nodes and holds each answer against the model. */
export class Play {
  readonly #pair: Pair
  readonly #lifetimes: Lifetimes
  readonly #sessions: ModelSession[] = []
  readonly #slow: Slow[] = []
  readonly #disabled = new Set<number>()

  constructor(pair: Pair, lifetimes: Lifetimes) {
    this.#pair = pair
    this.#lifetimes = lifetimes
  }

  async run(commands: Command[]) {
    await this.#pair.both('releaseAll')
    await this.#pair.at(0).call('reset')
    await this.#pair.both('sync')
    for (const command of commands) await this.#apply(command)
    while (this.#slow.length > 0) await this.#finishSlowly(0)
    await this.#checkEverything()
  }

  #apply(command: Command): Promise<unknown> {
    switch (command.kind) {
      case 'log in':
        return this.#logIn(command.node, command.user % USERS.length, command.remember, '')
      case 'log in again':
        return this.#with(command.session, session => this.#logInAgain(command.node, session, command.remember))
      case 'begin slowly':
        return this.#with(command.session, session => this.#beginSlowly(command.node, session))
      case 'finish slowly':
        return this.#finishSlowly(command.slow)
      case 'revoke':
        return this.#with(command.session, by => this.#with(command.target, of => this.#revoke(command.node, by, of)))
      case 'use a dead cookie':
        return this.#with(command.session, session => this.#useDeadCookie(command.node, session))
      case 'disable':
      case 'enable':
      case 'change role':
        return this.#administer(command.kind, command.node, command.user % USERS.length)
      case 'step the clock':
        return this.#step(command.milliseconds, command.sync)
      case 'sweep':
        return this.#pair.at(command.node).call('sweep')
      case 'kill':
        return this.#kill(command.node)
      case 'at once':
        return this.#with(command.all[0]?.session ?? 0, session => this.#together(session, command.all))
      default:
        return this.#with(command.session, session => this.#together(session, [command]))
    }
  }

  #with(pick: number, work: (session: ModelSession) => Promise<unknown>): Promise<unknown> {
    const session = this.#sessions[pick % Math.max(1, this.#sessions.length)]
    return session ? work(session) : Promise.resolve()
  }

  async #logIn(node: NodeIndex, user: number, rememberMe: boolean, cookie: string): Promise<boolean> {
    const { email, password } = USERS[user] ?? USERS[0]
    const login = () => this.#pair.ask(node, 'POST', '/auth/login', { cookie, body: { email, password, rememberMe } })
    const [answer, span] = await this.#pair.timed(login)
    const expected = this.#disabled.has(user) ? 401 : 200
    if (answer.status !== expected || (expected === 200 && !answer.cookie))
      throw new Violation('an unexpected answer', `log in: ${answer.status} ${JSON.stringify(answer.body)}`)
    if (answer.cookie) {
      const limits = rememberMe ? this.#lifetimes.remembered : this.#lifetimes.ordinary
      this.#sessions.push(new ModelSession(user, answer.cookie, span, limits))
    }
    await this.#pair.syncOther(node)
    return expected === 200
  }

  async #logInAgain(node: NodeIndex, session: ModelSession, remember: boolean) {
    if (await this.#logIn(node, session.user, remember, session.cookie)) session.end()
  }

  async #together(session: ModelSession, all: Alone[]) {
    const hindered = all.length > 1 && (session.renewDue || all.some(({ kind }) => kind === 'log out'))
    const [answers, span] = await this.#pair.timed(() => Promise.all(all.map(each => this.#ask(session, each))))
    for (const { each, answer } of answers) session.observe(answer, span, useOf(each), JSON.stringify(each), hindered)
    // Signing out under an id that a parallel request renewed ends the session too, and answers 401.
    for (const { each, answer, key } of answers)
      if (answer.status === 200 || each.kind === 'log out') this.#learn(session, each, key)
    const [only, second] = answers
    if (!only || second) return this.#pair.both('sync')
    if (only.each.kind !== 'read') return this.#pair.syncOther(only.each.node)
    if (showsKeys(only)) session.checkKeys(keysIn(only.answer), `read on node ${only.each.node}`)
  }

  async #ask(session: ModelSession, each: Alone) {
    const key = each.kind === 'remove' ? session.someKey() : `k${++names}`
    return { each, key, answer: await send(this.#pair, each, session.cookie, key) }
  }

  #learn(session: ModelSession, each: Alone, key: string) {
    if (each.kind === 'write') session.keys.set(key, 'kept')
    if (each.kind === 'remove') session.keys.set(key, 'gone')
    if (each.kind === 'log out') session.end()
    if (each.kind === 'end the others')
      for (const other of this.#sessions) if (other !== session && other.user === session.user) other.end()
  }

  /** Starts a request that has its session and waits in its handler. */
  async #beginSlowly(node: NodeIndex, session: ModelSession) {
    if (session.renewDue) await this.#together(session, [{ kind: 'write', node, session: 0 }])
    const name = `slow${++names}`
    const { cookie } = session
    const entered = this.#pair.at(node).entered(name)
    const answer = this.#pair.ask(node, 'POST', '/auth/model', { cookie, body: { set: name, wait: name } })
    const [refused, span] = await this.#pair.timed(() => Promise.race([answer, entered.then(() => undefined)]))
    if (refused) return session.observe(refused, span, 'active', 'begin slowly', false)
    const fault = session.mustBeRefused(span)
    if (fault) throw new Violation(fault, `begin slowly on node ${node}; ${session.describe()}`)
    session.beganSlowly(span)
    this.#slow.push({ session, node, name, began: span, answer: answer.catch(() => undefined) })
  }

  async #finishSlowly(pick: number) {
    const [slow] = this.#slow.splice(pick % Math.max(1, this.#slow.length), 1)
    if (!slow) return
    const { session, node, name, began } = slow
    const [answer, span] = await this.#pair.timed(async () => {
      await this.#pair.at(node).call('release', name)
      return slow.answer
    })
    if (answer === undefined) return void session.keys.set(name, 'unsure')
    if (answer.status !== 200) throw new Violation('an unexpected answer', `finish slowly: ${answer.status}`)
    session.finishedSlowly(answer, name, began, span)
    await this.#pair.syncOther(node)
  }

  async #revoke(node: NodeIndex, by: ModelSession, target: ModelSession) {
    const [seen, span] = await this.#pair.timed(() =>
      this.#pair.ask(node, 'GET', '/auth/session', { cookie: target.cookie }),
    )
    target.observe(seen, span, 'active', 'revoke: target', false)
    const { id } = (seen.body.session ?? {}) as { id?: string }
    if (!id) return
    const [answer, asked] = await this.#pair.timed(() =>
      this.#pair.ask(node, 'DELETE', `/auth/sessions/${id}`, { cookie: by.cookie }),
    )
    const found = by.user === target.user
    by.observe(answer.status === 404 && !found ? { ...answer, status: 200 } : answer, asked, 'active', 'revoke', false)
    if (answer.status === 200) target.end()
    await this.#pair.syncOther(node)
  }

  async #useDeadCookie(node: NodeIndex, { deadCookies }: ModelSession) {
    for (const cookie of deadCookies.slice(-1)) {
      const { status } = await this.#pair.ask(node, 'GET', '/auth/profile', { cookie })
      if (status !== 401) throw new Violation('a session was revived', `by the cookie before its renewal: ${status}`)
    }
  }

  async #administer(kind: 'disable' | 'enable' | 'change role', node: NodeIndex, user: number) {
    await this.#pair.at(node).call(kind === 'change role' ? 'changeRole' : kind, this.#pair.userIds[user])
    const theirs = this.#sessions.filter(session => session.user === user)
    if (kind === 'disable') this.#disabled.add(user)
    if (kind === 'enable') this.#disabled.delete(user)
    for (const session of theirs) session.administered(kind)
    await this.#pair.syncOther(node)
  }

  async #step(milliseconds: number, sync: boolean) {
    await this.#pair.both('settle')
    for (const session of this.#sessions) session.settle()
    await this.#pair.step(milliseconds)
    if (sync) await this.#pair.both('sync')
  }

  async #kill(node: NodeIndex) {
    await this.#pair.replace(node)
    for (const session of this.#sessions) session.crash()
    const died = this.#slow.filter(slow => slow.node === node)
    for (const { session, name } of died) session.keys.set(name, 'unsure')
    for (const slow of died) this.#slow.splice(this.#slow.indexOf(slow), 1)
  }

  async #checkEverything() {
    await this.#pair.both('sync')
    for (const session of this.#sessions) {
      for (const node of [0, 1] as const) {
        await this.#together(session, [{ kind: 'read', node, session: 0, path: '/auth/model', passive: false }])
        await this.#useDeadCookie(node, session)
      }
    }
  }
}
