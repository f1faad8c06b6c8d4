import { z } from 'zod'

/** Six digits, with the spaces that apps show between them. */
export const TotpCodeSchema = z
  .string()
  .max(20)
  .transform(code => code.replaceAll(/\s/g, ''))
  .pipe(z.string().regex(/^\d{6}$/, 'Enter the six digits shown in the app.'))
  .meta({ description: 'Six digits, as the authenticator app shows them.', example: '492039' })

export const RecoveryCodeSchema = z.string().min(1).max(60).meta({
  description: 'As it was shown; case, spaces and dashes do not matter.',
  example: 'X5QG-7M2K-9RWD-4T0H-BV8N-EJ3C',
})

const OTHERS = 'Whether my other sessions end; true unless given (ASVS 7.4.3).'

/** In a body. */
export const endOthers = z.boolean().default(true).meta({ description: OTHERS })

/** In a query string. */
export const EndOthersQuery = z.object({
  endOthers: z
    .enum(['true', 'false'])
    .default('true')
    .transform(given => given === 'true')
    .meta({ description: OTHERS }),
})

const RecoveryCodes = z.array(z.string()).meta({ description: 'Shown only once.' })

export const FactorAddedSchema = z
  .strictObject({
    message: z.string(),
    ended: z.int().meta({ description: 'How many other sessions ended.' }),
    recoveryCodes: RecoveryCodes.optional(),
  })
  .meta({ id: 'FactorAdded' })

export const FactorRemovedSchema = z.strictObject({ message: z.string(), ended: z.int() }).meta({ id: 'FactorRemoved' })

export const RecoveryCodesSchema = z
  .strictObject({ message: z.string(), recoveryCodes: RecoveryCodes })
  .meta({ id: 'RecoveryCodes' })

/** Arguments of `refine`: of the ways to prove something, one is sent. */
export function exactlyOneOf(...names: string[]) {
  return [
    (body: Record<string, unknown>) => names.filter(name => body[name] !== undefined).length === 1,
    { path: names.slice(0, 1), message: `Send exactly one of ${names.join(', ')}.` },
  ] as const
}
