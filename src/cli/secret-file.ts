import { isDeepStrictEqual } from 'node:util'
import { parse } from 'dotenv'
import { Refusal } from './refusal.ts'
import { replaceFile } from './replace-file.ts'
import type { KeyVariable } from './settings.ts'

/**
 * Writes a list of keys into `.env`; no other line changes.
 * @param expected what the list must still be
 * @throws Refusal where it is another one by now, or stands there in a way that cannot be edited safely
 */
export function writeKeys(path: string, name: KeyVariable, expected: string[], keys: string[]): Promise<void> {
  return replaceFile(path, text => {
    const { [name]: value = '', ...others } = parse(text)
    if (!isDeepStrictEqual(entriesOf(value), expected)) throw new Refusal(`${path} was changed meanwhile. Try again.`)
    const edited = withValue(text, name, value, keys.join(','))
    if (isDeepStrictEqual(parse(edited), { ...others, [name]: keys.join(',') })) return edited
    throw new Refusal(`${name} stands in ${path} in an unusual form. Write it in one line, as ${name}=value.`)
  })
}

/** Of several assignments the last one counts; quotes, `export` and a comment on its line stay. */
function withValue(text: string, name: KeyVariable, value: string, next: string): string {
  const assignment = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*[=:]`)
  const lines = text.split('\n')
  const at = lines.findLastIndex(line => assignment.test(line))
  return lines.map((line, index) => (index === at ? line.replace(value, () => next) : line)).join('\n')
}

const entriesOf = (value: string) => value.split(',').map(entry => entry.trim())
