import { z } from 'zod'
import type { Form } from './forms.ts'

/** Marks the public secret of `.env.test`. */
export const TEST_SECRET_MARK = 'only-for-tests'

export const SECRET_COMMAND = `node -e "console.log(require('node:crypto').randomBytes(32).toString('base64url'))"`

const LEAST_LENGTH = 32
const LEAST_VARIETY = 8
const STOCK_WORDS =
  /keyboard|cat|change|replace|insert|please|this|me|my|your|own|super|very|long|random|session|cookie|secret|password|default|example|express|latchkey|string|value|key|here|with|production|development/g

/** The first signs, all verify, so that one can be replaced without signing users out. */
export function secretList(): Form<string[]> {
  return { written: 'comma list', schema: z.string().transform(splitList).superRefine(demandStrength) }
}

function splitList(text: string): string[] {
  return text.split(',').map(entry => entry.trim())
}

function demandStrength(secrets: string[], context: z.RefinementCtx): void {
  for (const [index, secret] of secrets.entries()) {
    const weakness = weaknessOf(secret)
    if (weakness) context.addIssue(`entry ${index + 1} ${weakness}; write one made by the command in .env.example`)
  }
}

function weaknessOf(secret: string): string | undefined {
  if (secret.length < LEAST_LENGTH) return `is shorter than ${LEAST_LENGTH} characters`
  if (new Set(secret).size < LEAST_VARIETY) return 'repeats a few characters'
  if (isStockPhrase(secret)) return 'is a known default'
  return undefined
}

/** Phrases such as 'keyboard cat' and 'changeme', repeated or numbered. */
function isStockPhrase(secret: string): boolean {
  const letters = secret.toLowerCase().replace(/[^a-z]/g, '')
  const rest = letters.replace(STOCK_WORDS, '')
  return rest !== letters && rest.length < LEAST_VARIETY
}
