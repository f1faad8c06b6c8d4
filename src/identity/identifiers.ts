import { z } from 'zod'

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

/** NFKC, trimmed, lower case, so that variants are one account. */
export const canonical = (identifier: string) => identifier.normalize('NFKC').trim().toLowerCase()

export function whereIdentifier(identifier: string): { email: string } | { username: string } {
  const value = canonical(identifier)
  return value.includes('@') ? { email: value } : { username: value }
}

export function labelOf({ email, username, name }: { email: string | null; username: string | null; name: string }) {
  return email ?? username ?? name
}

function withoutControl(text: z.ZodString) {
  return text
    .refine(value => !CONTROL.test(value), 'Remove control characters.')
    .refine(value => value.isWellFormed(), 'Use well-formed Unicode.')
}

export const IdentifierSchema = withoutControl(z.string().max(320))

export const EmailSchema = withoutControl(z.string().max(320))
  .transform(canonical)
  .pipe(z.email('Enter an email address, like ada@example.org.').max(254, 'Use at most 254 characters.'))
  .meta({ description: 'Compared without regard to case, width or surrounding space.', example: 'ada@example.org' })

/** No `@`, so that a username never looks like an address. */
export const UsernameSchema = withoutControl(z.string().max(64))
  .transform(canonical)
  .pipe(
    z
      .string()
      .regex(
        /^[\p{L}\p{N}][\p{L}\p{N}._-]{1,63}$/u,
        'Use 2 to 64 letters, digits, dots, dashes or underscores, starting with a letter or digit.',
      ),
  )
  .meta({ description: 'Compared without regard to case.', example: 'ada' })

export const NameSchema = withoutControl(z.string().max(200, 'Use at most 200 characters.'))
  .transform(name => name.normalize('NFC').trim())
  .pipe(z.string().min(1, 'Enter a name.').max(200, 'Use at most 200 characters.'))
  .meta({ description: 'Shown as text everywhere.', example: 'Ada Lovelace' })

export const RoleNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,62}$/, 'Use 2 to 63 lowercase letters, digits and hyphens, starting with a letter.')
  .meta({ example: 'support' })

export const SearchSchema = withoutControl(z.string().min(1).max(64))

export function lineSchema(least: number, most: number) {
  return withoutControl(z.string().max(most, `Use at most ${most} characters.`))
    .transform(text => text.normalize('NFC').trim())
    .pipe(z.string().min(least, 'Enter some text.').max(most, `Use at most ${most} characters.`))
}

export const PasswordSchema = z.string().max(1024).meta({
  description: 'At least 15 characters, any characters.',
  format: 'password',
  example: 'a long and unusual sentence',
})
