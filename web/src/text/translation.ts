import { en } from './en.ts'

export type Text = typeof en

/** Some texts of a language. Those it lacks are shown in English until they are translated. */
export type Translation = Partly<Text>

type Partly<Value> = Value extends string | readonly unknown[] | ((...values: never[]) => unknown)
  ? Value
  : { [Key in keyof Value]?: Partly<Value[Key]> }

/** The texts of a language, with the English one for each that it lacks. */
export const completed = (translation: Translation) => merged(en, translation) as Text

function merged(fallback: object, texts: object): object {
  const both: Record<string, unknown> = { ...fallback, ...texts }
  for (const [key, value] of Object.entries(fallback)) {
    const own = both[key]
    if (isRecord(value) && isRecord(own)) both[key] = merged(value, own)
  }
  return both
}

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
