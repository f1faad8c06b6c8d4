import { randomInt, timingSafeEqual } from 'node:crypto'
import { literal, Op } from 'sequelize'
import type { Env } from '../../configs/env.ts'
import type { Limiters } from '../../configs/limiter.ts'
import { EmailSignIn } from '../../models/email-sign-in.ts'
import type { User } from '../../models/user.ts'
import type { Audit } from '../audit/audit.ts'
import { type DeviceClient, recogniseDeviceFor } from '../devices/devices.ts'
import { minutes } from '../durations.ts'
import { hashOfSecret, newSecret } from '../encryption/one-way.ts'
import type { Sealer } from '../encryption/sealer.ts'
import type { Language } from '../languages.ts'
import type { Mailer } from '../mail/mailer.ts'
import { problems } from '../problems.ts'
import { deviceNamesOf } from '../sessions/list.ts'
import { throttleClient, throttleLogin } from './throttle.ts'

/** For the link and the code (NIST SP 800-63B-4 3.1.3.2). */
export const EMAIL_SIGN_IN_LIFETIME = minutes(10)
export const MOST_CODES = 5
const DIGITS = 8

export type EmailRequest = {
  email: string
  /** Hash of the browser's cookie; no other browser can use the email. */
  boundTo: string
  remember: boolean
  userAgent: string | null
  /** For an account without one. */
  language: Language | null
}

type StartDeps = { env: Pick<Env, 'BASE_URL'>; sealer: Sealer; mailer: Mailer; audit: Audit }

/** Replaces earlier emails; needs the user's row locked. Tries count without a user, too. */
export async function startEmailSignIn(
  { env, sealer, mailer, audit }: StartDeps,
  { userAgent, language, ...request }: EmailRequest,
  user: User | null,
): Promise<void> {
  const token = newSecret()
  const code = randomInt(10 ** DIGITS)
    .toString()
    .padStart(DIGITS, '0')
  const tokenHash = hashOfSecret(token)
  const { mac: codeMac, keyId } = macOf(sealer, tokenHash, code)
  await EmailSignIn.upsert({
    ...request,
    userId: user?.id ?? null,
    securityVersion: user?.securityVersion ?? 0,
    tokenHash,
    codeMac,
    keyId,
    codesTried: 0,
    expires: new Date(Date.now() + EMAIL_SIGN_IN_LIFETIME),
  })
  if (!user) return
  const data = {
    name: user.name,
    link: `${env.BASE_URL}/sign-in/email#${token}`,
    code,
    ...deviceNamesOf(userAgent),
    minutes: EMAIL_SIGN_IN_LIFETIME / minutes(1),
  }
  await audit.record('authn_email_request', { userId: user.id, actorId: null })
  await mailer.send({ to: request.email, language: user.language ?? language, template: 'sign-in', data })
}

function macOf(sealer: Sealer, tokenHash: string, code: string, keyId?: string) {
  return sealer.mac(`email sign-in\n${tokenHash}\n${code}`, keyId)
}

type CodeDeps = { limiters: Limiters; sealer: Sealer; audit: Audit }

/** Counts before checking (ASVS 6.3.1, 6.5.5; NIST SP 800-63B-4 3.2.2). @throws 422, 429 */
export async function openByCode(
  { limiters, sealer, audit }: CodeDeps,
  client: DeviceClient,
  boundTo: string,
  code: string,
): Promise<EmailSignIn> {
  const waiting = await EmailSignIn.findOne({ where: { boundTo, ...unexpired() } })
  const succeeded = await throttle(limiters, client, waiting)
  if (!waiting || !(await countTry(waiting)) || !isRight(sealer, waiting, code)) {
    await audit.record('authn_login_fail', { userId: waiting?.userId ?? null, details: { factor: 'email' } })
    throw problems.wrongEmailCode()
  }
  await succeeded()
  return waiting
}

async function throttle(limiters: Limiters, client: DeviceClient, waiting: EmailSignIn | null) {
  if (!waiting) return throttleClient(limiters, client.address)
  const device = await recogniseDeviceFor(client.deviceTokens, waiting.email)
  return throttleLogin(limiters, waiting.email, client.address, device)
}

/** One UPDATE decides among parallel attempts. */
async function countTry({ email, tokenHash }: EmailSignIn): Promise<boolean> {
  const where = { email, tokenHash, codesTried: { [Op.lt]: MOST_CODES } }
  const [counted] = await EmailSignIn.update({ codesTried: literal('"codesTried" + 1') as never }, { where })
  return counted === 1
}

function isRight(sealer: Sealer, { tokenHash, codeMac, keyId }: EmailSignIn, code: string): boolean {
  return timingSafeEqual(Buffer.from(macOf(sealer, tokenHash, code, keyId).mac), Buffer.from(codeMac))
}

/** Does not use it up. @throws 403 `invalid_link`, or `other_browser` if another asked for it */
export async function openByLink(boundTo: string, token: string): Promise<EmailSignIn> {
  const where = { tokenHash: hashOfSecret(token), codesTried: { [Op.lt]: MOST_CODES }, ...unexpired() }
  const waiting = await EmailSignIn.findOne({ where })
  if (!waiting) throw problems.invalidLink()
  if (waiting.boundTo !== boundTo) throw problems.otherBrowser()
  return waiting
}

/** One DELETE lets one of parallel attempts succeed (ASVS 2.3.4). */
export async function claimEmailSignIn({ email, tokenHash }: EmailSignIn): Promise<boolean> {
  return (await EmailSignIn.destroy({ where: { email, tokenHash, ...unexpired() } })) === 1
}

const unexpired = () => ({ expires: { [Op.gt]: new Date() } })
