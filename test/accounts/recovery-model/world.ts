import { RecoveryCode } from '../../../models/recovery-code.ts'
import { User } from '../../../models/user.ts'
import { namedFactors } from '../../../src/factors/planted.ts'
import type { MailContent } from '../../../src/mail/content.ts'
import { Authenticator } from '../../support/authenticator.ts'
import { codeOf, enrolTotp } from '../../support/enrol.ts'
import { PASSWORD, type TestServer } from '../../support/harness.ts'
import { setClock } from '../../support/nodes/clock.ts'
import { noMails, waitingMails } from '../../support/waiting-mails.ts'

/** Names of cookies over http. */
export const DEVICE = 'latchkey.device'
export const ORIGIN = 'http://localhost:3000'
export type Browser = ReturnType<TestServer['agent']>

/** What the thief gets hold of for a while. */
export const HOLDINGS = ['session', 'password', 'mailbox', 'device cookie'] as const
export type Holding = (typeof HOLDINGS)[number]

/** How a play begins. */
export type Beginning = {
  /** Nobody but the thief has used the account: it was registered with the owner's address. */
  registeredFirst: boolean
  holds: Holding[]
  factor: 'none' | 'app' | 'passkey'
  verified: boolean
  /** The owner's browser is not asked for the factor. */
  trusted: boolean
}

/** What must never happen. */
export type Fault =
  | 'a factor was removed without proof of a factor'
  | 'an old copy of a device cookie stood for the second factor'
  | 'the owner cannot take the account back'
  | 'something of the thief opens the account'
  | 'the account is not as its owner left it'

export class Violation extends Error {
  readonly fault: Fault
  constructor(fault: Fault, what: string) {
    super(`${fault}: ${what}`)
    this.fault = fault
  }
}

/** A session of the thief, and when a second factor was last proved in it: never by a password or a device cookie. */
export type Held = { browser: Browser; provenAt: number }
export type Link = { path: string; token: string }

let played = 0
let clock = 0

/** One account, its owner and a thief, over the real API. What either knows is in their object. */
export class World {
  readonly server: TestServer
  readonly beginning: Beginning
  readonly owner = {
    email: `owner${++played}@example.org`,
    password: PASSWORD,
    browser: undefined as unknown as Browser,
    /** Whether the browser has a session, and when the factor was proved in it. */
    provenAt: 0,
    signedInAt: 0,
    app: undefined as string | undefined,
    passkey: undefined as Authenticator | undefined,
    /** As the review lists them. */
    factorIds: [] as string[],
    /** Row of one of the owner's codes, because codes that the thief made have the same id in the review. */
    recoveryCodeId: undefined as string | undefined,
  }
  readonly thief = {
    holds: new Set<Holding>(),
    addresses: [] as string[],
    passwords: [] as string[],
    sessions: [] as Held[],
    pending: [] as Browser[],
    /** Browsers that asked for an email to sign in with. */
    mailed: [] as Browser[],
    tokens: [] as string[],
    passkeys: [] as Authenticator[],
    app: undefined as string | undefined,
    codes: [] as string[],
    /** Copies of the device cookie of the owner's browser, the last one last. */
    cookies: [] as { value: string; at: number }[],
    links: new Map<string, Link>(),
  }
  userId = ''

  constructor(server: TestServer, beginning: Beginning) {
    this.server = server
    this.beginning = beginning
  }

  /** The account as the play finds it: everything of the owner is eight days old, and so the owner's for sure. */
  async begin() {
    const { owner, thief, beginning } = this
    await noMails()
    owner.browser = this.server.agent()
    const registrar = beginning.registeredFirst ? this.server.agent() : owner.browser
    if (beginning.registeredFirst) owner.password = ''
    const password = beginning.registeredFirst ? this.newPassword() : owner.password
    await registrar.post('/auth/register').send({ email: owner.email, name: 'Olga', password }).expect(201)
    this.userId = (await this.account()).id
    if (beginning.registeredFirst) {
      thief.passwords.push(password)
      return
    }
    await this.signInOwner(false)
    if (beginning.verified) await this.useLink((await this.mailsTo(owner.email)).at(0), owner.browser)
    if (beginning.factor !== 'none') await this.#addFactorOfOwner(beginning.factor)
    this.pass(8 * 24 * 60)
    await noMails()
    await this.signInOwner(beginning.trusted)
    for (const holding of beginning.holds) thief.holds.add(holding)
    if (thief.holds.has('password')) thief.passwords.push(owner.password)
  }

  async #addFactorOfOwner(factor: 'app' | 'passkey') {
    const { owner } = this
    if (factor === 'app') owner.app = (await enrolTotp(owner.browser)).secret
    else owner.passkey = await addPasskey(owner.browser)
    owner.factorIds = (await namedFactors(this.userId)).map(({ id }) => id)
    const code = await RecoveryCode.findOne({ where: { userId: this.userId }, rejectOnEmpty: true })
    owner.recoveryCodeId = code.id
  }

  /** Signs the owner in, with the factor where it is asked for. @returns the last answer */
  async signInOwner(trust: boolean) {
    const { owner } = this
    owner.provenAt = 0
    const { email, password } = owner
    const answer = await owner.browser.post('/auth/login').send({ email, password })
    if (answer.status !== 200) return answer
    owner.signedInAt = Date.now()
    if (!answer.body.secondFactor) return answer
    const proof = await this.#proofOfOwner()
    if (!proof) return answer
    const proven = await owner.browser.post('/auth/second-factor').send({ ...proof, rememberDevice: trust })
    if (proven.status === 200) owner.provenAt = Date.now()
    return proven
  }

  #proofOfOwner = async () => proofOf(this.owner.browser, this.owner, this)

  /** The clock goes on, for everybody. */
  pass(minutes: number) {
    clock += minutes * 60_000
    setClock(clock)
  }

  /** One that nobody used before. */
  newPassword = () => `a quiet harbour number ${++passwords} at noon`

  account = () =>
    this.userId
      ? User.findByPk(this.userId, { rejectOnEmpty: true })
      : User.findOne({ where: { email: this.owner.email }, rejectOnEmpty: true })

  mailsTo = (address: string): Promise<MailContent[]> => waitingMails(this.server, address)

  /** The newest link of a kind that somebody finds in these mails. */
  async linksTo(address: string, path: string): Promise<Link[]> {
    return (await this.mailsTo(address)).flatMap(linkIn).filter(link => link.path === path)
  }

  /** @returns the answer, or undefined where the mail has no link */
  useLink(mail: MailContent | undefined, browser: Browser = this.server.agent()) {
    const [link] = mail ? linkIn(mail) : []
    return link && browser.post(`/auth${link.path}`).send({ token: link.token })
  }

  /** What the thief reads: their own mail, and the owner's while they hold the mailbox. */
  async readMails() {
    const { thief, owner } = this
    const addresses = [...thief.addresses, ...(thief.holds.has('mailbox') ? [owner.email] : [])]
    for (const address of addresses)
      for (const link of (await this.mailsTo(address)).flatMap(linkIn)) thief.links.set(link.token, link)
  }

  /** Which of the owner's factors the account still has. New recovery codes of the thief remove those of the owner. */
  async ownersFactors(): Promise<string[]> {
    const { factorIds, recoveryCodeId } = this.owner
    const ids = (await namedFactors(this.userId)).map(({ id }) => id)
    const code = recoveryCodeId ? await RecoveryCode.findByPk(recoveryCodeId) : null
    return factorIds.filter(id => ids.includes(id) && (id !== 'recovery-codes' || code !== null))
  }
}

let passwords = 0

/** Who has an app or a passkey proves it; an app has a new code each minute. */
export async function proofOf(
  browser: Browser,
  { app, passkey }: { app: string | undefined; passkey: Authenticator | undefined },
  world: World,
) {
  if (app) {
    world.pass(1)
    return { code: codeOf(app) }
  }
  const options = passkey && (await browser.post('/auth/second-factor/options'))
  return options?.status === 200 ? { passkey: passkey?.get(options.body) } : undefined
}

export async function addPasskey(browser: Browser, passkey = new Authenticator(ORIGIN)) {
  const options = await browser.post('/auth/passkeys/options')
  if (options.status !== 200) return undefined
  const credential = passkey.create(options.body)
  const added = await browser.post('/auth/passkeys').send({ name: 'Phone', credential })
  return added.status === 200 ? passkey : undefined
}

const EVERYWHERE = { domain: '127.0.0.1', path: '/', secure: false, script: false } as const

export function cookieIn(browser: Browser, name: string): string | undefined {
  return browser.jar.getCookie(name, EVERYWHERE)?.value
}

export function putCookie(browser: Browser, name: string, value: string) {
  return browser.jar.setCookie(`${name}=${value}; path=/`, '127.0.0.1', '/')
}

function linkIn({ data }: MailContent): Link[] {
  const url = 'link' in data ? data.link : 'notMeLink' in data ? data.notMeLink : undefined
  if (!url) return []
  const { pathname, hash } = new URL(url)
  return [{ path: pathname, token: hash.slice(1) }]
}
