import { ApplicationCode } from '../../models/application-code.ts'
import { seconds } from '../durations.ts'
import { hashOfSecret, newSecret } from '../encryption/one-way.ts'

const CODE_LIFETIME = seconds(30)

type Visit = {
  origin: string
  /** SHA-256 of the cookie that the browser has on the host of the application. */
  browser: string
  /** Public id of the session. */
  sessionId: string
  returnTo: string
}

/** @returns a code that one browser may use once, on one host */
export async function issueCode(visit: Visit): Promise<string> {
  const code = newSecret()
  await ApplicationCode.create({
    ...visit,
    codeHash: hashOfSecret(code),
    expires: new Date(Date.now() + CODE_LIFETIME),
  })
  return code
}

/** Uses the code up even if it is refused, so that a stolen one cannot be tried again. */
export async function claimCode(
  code: string,
  { origin, browser }: Pick<Visit, 'origin' | 'browser'>,
): Promise<Pick<Visit, 'sessionId' | 'returnTo'> | undefined> {
  const codeHash = hashOfSecret(code)
  const row = await ApplicationCode.findByPk(codeHash)
  // Of many parallel claims, one deletes the row.
  if (!row || (await ApplicationCode.destroy({ where: { codeHash } })) !== 1) return undefined
  const isValid = row.origin === origin && row.browser === browser && row.expires > new Date()
  return isValid ? { sessionId: row.sessionId, returnTo: row.returnTo } : undefined
}
