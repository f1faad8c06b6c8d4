import { InvalidArgumentError } from 'commander'
import { z } from 'zod'

/** Reads an argument by a schema; what does not fit is wrong usage, told in the schema's words. */
export function readBy<Schema extends z.ZodType>(schema: Schema) {
  return (text: string): z.output<Schema> => {
    const result = schema.safeParse(text)
    if (result.success) return result.data
    throw new InvalidArgumentError(result.error.issues.map(({ message }) => message).join(' '))
  }
}

/** How many rows to show. */
export const LimitSchema = z.coerce.number('Write a number.').int('Write a whole number.').min(1).max(1000)

/** Gathers an option that may be given several times. */
export const gather = (text: string, before: string[] = []): string[] => [...before, text]
