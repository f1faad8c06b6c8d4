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
    score: z.int().min(0).max(4).meta({ description: '0: guessed at once, 4: out of reach. Below 3 is refused.' }),
    violations: z.array(
      z.strictObject({
        code: z.string().meta({ description: 'The rule, as in the refusal of a registration.', example: 'common' }),
        message: z.string().meta({ description: 'What to do instead.' }),
      }),
    ),
    hints: z
      .array(z.strictObject({ code: z.string(), message: z.string() }))
      .meta({ description: 'What would make it stronger, whether it is acceptable or not.' }),
  })
  .meta({ id: 'PasswordStrength' })

export function passwordStrengthEndpoint({ env, limiters, judge }: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/password-strength',
    summary: 'Would this password be accepted',
    description:
      'For a form to ask while somebody chooses one. Judges by the rules that need no network; breached passwords are looked up, where BREACHED_PASSWORDS says so, only once one is chosen. Nothing is kept.',
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
