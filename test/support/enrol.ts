import { generateSync } from 'otplib'
import type { TestServer } from './harness.ts'

type Browser = ReturnType<TestServer['agent']>

/** The code that an authenticator app shows, so many steps of 30 s from now. */
export function codeOf(secret: string, steps = 0) {
  return generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + steps * 30 })
}

/** Some six digits that are no code of a near step. */
export function wrongCode(secret: string) {
  const near = [-2, -1, 0, 1, 2].map(steps => codeOf(secret, steps))
  return ['000000', '000001', '000002', '000003', '000004', '000005'].find(code => !near.includes(code)) ?? ''
}

/** Adds an authenticator app to who is signed in in this browser; the code of the current step is used up by it. */
export async function enrolTotp(browser: Browser) {
  const begun = await browser.post('/auth/totp').send({}).expect(200)
  const secret: string = begun.body.secret
  const confirmed = await browser
    .post('/auth/totp/confirm')
    .send({ code: codeOf(secret) })
    .expect(200)
  return { secret, recoveryCodes: (confirmed.body.recoveryCodes ?? []) as string[] }
}
