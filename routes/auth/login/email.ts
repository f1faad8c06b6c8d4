import type { Request, Response } from 'express'
import { z } from 'zod'
import { requestEmailSignIn, verifiedByCode, verifiedByLink } from '../../../src/accounts/sign-in-by-email.ts'
import { clientAddress, clientOf } from '../../../src/client-address.ts'
import {
  clearEmailSignInCookie,
  clearRegistrationCookie,
  deviceClientOf,
  emailSignInMarkOf,
  isRegistrants,
  setEmailSignInCookie,
} from '../../../src/http/browser-cookies.ts'
import { endpoint } from '../../../src/http/endpoint.ts'
import { languageOf } from '../../../src/http/language.ts'
import { refusals } from '../../../src/http/responses.ts'
import { EmailSchema } from '../../../src/identity/identifiers.ts'
import type { Deps } from '../../../src/services.ts'
import { signIn } from '../../../src/sign-in/sign-in.ts'
import { throttleLink, throttleMail } from '../../../src/sign-in/throttle.ts'
import { MessageSchema } from '../../schemas.ts'
import { answerSignIn } from '../answer-sign-in.ts'
import { LinkBody } from '../by-link.ts'
import { SignInAnswerSchema } from '../login.ts'
import { only } from '../only.ts'
import { sessionOf } from '../signed-in.ts'

const EmailLogin = z
  .strictObject({
    email: EmailSchema,
    rememberMe: z
      .boolean()
      .optional()
      .meta({ description: 'Stay signed in for SESSION_REMEMBER instead of SESSION_ABSOLUTE.' }),
  })
  .meta({ id: 'EmailLogin', example: { email: 'ada@example.org' } })

const EmailCode = z
  .strictObject({
    code: z
      .string()
      .max(20)
      .transform(code => code.replaceAll(/\s/g, ''))
      .pipe(z.string().regex(/^\d{8}$/, 'Enter the eight digits of the email.'))
      .meta({ description: 'Eight digits; spaces do not matter.', example: '4920 3917' }),
  })
  .meta({ id: 'EmailCode', example: { code: '49203917' } })

export function emailLoginEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/login/email',
    summary: 'Request an email to sign in with',
    description:
      'The answer is always the same. If the address has an account, an email with a link and a code is sent a few seconds later. Both sign in once, within ten minutes, in this browser only; a newer email replaces them.',
    tags: ['Session'],
    access: 'public',
    request: { body: EmailLogin },
    responses: {
      202: { description: 'Received', schema: MessageSchema },
      ...refusals(429),
    },
    guards: [only(deps.env, 'email')],
    handler: async ({ body: { email, rememberMe: remember = false }, req, res }) => {
      const { address, userAgent } = clientOf(req)
      await throttleMail(deps.limiters, address, email)
      const browser = { boundTo: setEmailSignInCookie(req, res), userAgent, language: languageOf(req) }
      requestEmailSignIn(deps, { email, remember, ...browser })
      return { message: 'If this address has an account, an email with a link and a code is on its way.' }
    },
  })
}

export function emailCodeEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/login/email/code',
    summary: 'Sign in with the code of an email',
    description:
      'In the browser that requested the email. The fifth wrong code voids the email. This is one factor, so a second factor may follow, as at POST /auth/login.',
    tags: ['Session'],
    access: 'public',
    request: { body: EmailCode },
    responses: {
      200: { description: 'Signed in, or a second factor is required', schema: SignInAnswerSchema },
      ...refusals(401, 429),
    },
    guards: [only(deps.env, 'email')],
    handler: async ({ body: { code }, req, res }) =>
      finish(deps, req, res, await verifiedByCode(deps, browserOf(req), code)),
  })
}

export function emailLinkEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/login/email/link',
    summary: 'Sign in with the link of an email',
    description:
      'In the browser that requested the email. Any other is refused with `other_browser`, and the link stays usable.',
    tags: ['Session'],
    access: 'public',
    request: { body: LinkBody },
    responses: {
      200: { description: 'Signed in, or a second factor is required', schema: SignInAnswerSchema },
      ...refusals(401, 403, 429),
    },
    guards: [only(deps.env, 'email')],
    handler: async ({ body: { token }, req, res }) => {
      await throttleLink(deps.limiters, clientAddress(req))
      return finish(deps, req, res, await verifiedByLink(deps, browserOf(req), token))
    },
  })
}

const browserOf = (req: Request) => ({
  client: deviceClientOf(req),
  boundTo: emailSignInMarkOf(req),
  isRegistrants: (user: Parameters<typeof isRegistrants>[1]) => isRegistrants(req, user),
})

async function finish(
  deps: Deps,
  req: Request,
  res: Response,
  { verified, remember }: Awaited<ReturnType<typeof verifiedByCode>>,
) {
  clearEmailSignInCookie(req, res)
  clearRegistrationCookie(req, res)
  const replaces = sessionOf(deps.store, req)
  const result = await signIn(deps, deviceClientOf(req), verified, { factors: ['email'], remember, replaces })
  return answerSignIn(deps, req, res, result)
}
