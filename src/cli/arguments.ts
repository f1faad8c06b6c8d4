import { InvalidArgumentError } from 'commander'
import type { z } from 'zod'

/** Reads an argument by a schema; what does not fit is wrong usage, told in the schema's words. */
export function readBy<Schema extends z.ZodType>(schema: Schema) {
  return (text: string): z.output<Schema> => {
    const result = schema.safeParse(text)
    if (result.success) return result.data
    throw new InvalidArgumentError(result.error.issues.map(({ message }) => message).join(' '))
  }
}

/** Gathers an option that may be given several times. */
export const gather = (text: string, before: string[] = []): string[] => [...before, text]
