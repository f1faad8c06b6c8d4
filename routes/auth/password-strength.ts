import { z } from 'zod'
import { clientAddress } from '../../src/client-address.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { EmailSchema, NameSchema, PasswordSchema } from '../../src/identity/identifiers.ts'
import type { Deps } from '../../src/services.ts'
import { throttlePasswordStrength } from '../../src/sign-in/throttle.ts'

const PasswordStrengthBody = z
  .strictObject({ password: PasswordSchema, email: EmailSchema.optional(), name: NameSchema.optional() })
  .meta({ id: 'PasswordToJudge', example: { password: 'seven green bicycles at dawn' } })

const PasswordStrengthSchema = z
  .strictObject({
    acceptable: z.boolean(),
    score: z.int().min(0).max(4).meta({
      description:
        'Estimate by zxcvbn, from 0 (guessed at once) to 4 (very hard to guess). `acceptable` decides, not the score.',
    }),
    violations: z.array(
      z.strictObject({
        code: z.string().meta({ description: 'The rule, as in the refusal of a registration.', example: 'common' }),
        message: z.string().meta({ description: 'What to do instead.' }),
      }),
    ),
    hints: z
      .array(z.strictObject({ code: z.string(), message: z.string() }))
      .meta({ description: 'How to make it stronger, whether it is acceptable or not.' }),
  })
  .meta({ id: 'PasswordStrength' })

export function passwordStrengthEndpoint({ env, limiters, judge }: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/password-strength',
    summary: 'Check whether a password would be accepted',
    description:
      'For a form, while the user types. Applies the rules that need no network; breached passwords are looked up only when the password is set, if BREACHED_PASSWORDS says so. Nothing is stored.',
    tags: ['Account'],
    access: 'public',
    request: { body: PasswordStrengthBody },
    responses: {
      200: { description: 'What speaks against it', schema: PasswordStrengthSchema },
      ...refusals(429),
    },
    handler: async ({ body: { password, email, name }, req }) => {
      await throttlePasswordStrength(limiters, clientAddress(req))
      const { violations, score, hints } = await judge.judge(password, { email, name, siteName: env.SITE_NAME })
      return { acceptable: violations.length === 0, score, violations, hints }
    },
  })
}
