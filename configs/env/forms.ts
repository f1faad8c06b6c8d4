import { z } from 'zod'
import { formatDuration, parseDuration } from '../../src/durations.ts'

/** A message continues a sentence: `PORT "x"` + ` is not a whole number ...; write ...`. */
export type Form<T = unknown> = { written?: string; schema: z.ZodType<T> }

export function wholeNumber(least: number, most: number): Form<number> {
  const wrong = `is not a whole number from ${least} to ${most}; write a number in that range`
  const range = z.number().min(least, wrong).max(most, wrong)
  const digits = z.string().regex(/^\d{1,9}$/, wrong)
  return { schema: digits.transform(Number).pipe(range) }
}

/** @param auto the number that `auto` stands for */
export function wholeNumberOrAuto(least: number, most: number, auto: () => number): Form<number> {
  const wrong = `is neither auto nor a whole number from ${least} to ${most}; write one of them`
  const range = z.number().min(least, wrong).max(most, wrong)
  const text = z.string().regex(/^(auto|\d{1,9})$/, wrong)
  return {
    written: `${least} to ${most}, or auto`,
    schema: text.transform(given => (given === 'auto' ? Math.min(auto(), most) : Number(given))).pipe(range),
  }
}

/** `off` is undefined. */
export function portOrOff(): Form<number | undefined> {
  const wrong = 'is neither off nor a port from 1 to 65535; write one of them'
  const { schema } = wholeNumber(1, 65_535)
  return {
    written: 'port or off',
    schema: z.string().transform((text, context) => {
      if (text === 'off') return undefined
      const { data, success } = schema.safeParse(text)
      if (!success) context.addIssue(wrong)
      return data
    }),
  }
}

export function share(least: number, most: number): Form<number> {
  const wrong = `is not a share from ${least} to ${most}; write one such as 0.01`
  const range = z.number().min(least, wrong).max(most, wrong)
  const decimal = z.string().regex(/^\d(\.\d+)?$/, wrong)
  return { written: `${least} to ${most}`, schema: decimal.transform(Number).pipe(range) }
}

export function duration({ least = 1, most }: { least?: number; most: number }): Form<number> {
  const wrong = `is not between ${formatDuration(least)} and ${formatDuration(most)}; write a duration in that range`
  const range = z.number().min(least, wrong).max(most, wrong)
  const read = (text: string) => (least === 0 && /^0(ms|[smhd])?$/.test(text) ? 0 : parseDuration(text))
  return { written: 'duration', schema: reading(read).pipe(range) }
}

/** `off` is 0. */
export function durationOrOff(range: { least?: number; most: number }): Form<number> {
  const { schema } = duration(range)
  return {
    written: 'duration or off',
    schema: z
      .literal('off')
      .transform(() => 0)
      .or(schema),
  }
}

export function flag(): Form<boolean> {
  const error = 'is neither true nor false; write true, false, 1 or 0'
  return { written: 'true or false', schema: z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'], error }) }
}

export function choice<const Option extends string>(...options: [Option, ...Option[]]): Form<Option> {
  const names = options.join(', ')
  return { written: names, schema: z.enum(options, `is not known; write one of ${names}`) }
}

/** A comma-separated list of some of these, each once. */
export function someOf<const Option extends string>(...options: [Option, ...Option[]]): Form<Option[]> {
  const wrong = `is not a list of ${options.join(', ')}; separate them with commas`
  const list = z.array(z.enum(options, wrong)).refine(names => new Set(names).size === names.length, wrong)
  const names = z.string().transform(text => text.split(',').map(name => name.trim()))
  return { written: `list of ${options.join(', ')}`, schema: names.pipe(list) }
}

export function plainText(most: number): Form<string> {
  const wrong = `is longer than ${most} characters or has control characters; write a short name`
  const short = z.string().max(most, { error: wrong, abort: true })
  return { schema: short.regex(/^\P{Cc}+$/u, wrong) }
}

/** A path; empty for none. Whether the file is there is found when it is read. */
export function filePath(): Form<string> {
  return { written: 'path of a file', schema: z.string().regex(/^\P{Cc}*$/u, 'has control characters; write a path') }
}

/** Empty for none. @returns in lower case */
export function hexColor(): Form<string> {
  const wrong = 'is not a color; write one such as #0b5f94'
  const schema = z.string().regex(/^(#[\da-fA-F]{6})?$/, wrong)
  return { written: 'color such as #0b5f94', schema: schema.transform(text => text.toLowerCase()) }
}

/** Of something to open by a click; empty for none. */
export function linkUrl(): Form<string> {
  const wrong = 'is not a link; write an address such as https://example.org/terms, or mailto:help@example.org'
  const url = z.url({ protocol: /^(https?|mailto)$/, error: wrong })
  return {
    written: 'https://, http:// or mailto:',
    schema: z.literal('').or(url.transform(text => new URL(text).href)),
  }
}

/** RFC 6265 section 4.1.1. */
export function cookieToken(): Form<string> {
  const wrong = 'is not the name of a cookie; write letters, digits, dots, dashes and underscores'
  return { schema: z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, wrong) }
}

/** `read` throws RangeError with the fault and its fix. */
export function reading<T>(read: (text: string) => T): z.ZodType<T> {
  return z.string().transform((text, context) => {
    try {
      return read(text)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      context.addIssue(error.message)
      return z.NEVER
    }
  })
}
