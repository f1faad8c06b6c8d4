import { isDeepStrictEqual } from 'node:util'
import { parse } from 'dotenv'
import { Refusal } from './refusal.ts'
import { replaceFile } from './replace-file.ts'

const NAME = 'SESSION_SECRET'
const ASSIGNMENT = /^\s*(?:export\s+)?SESSION_SECRET\s*[=:]/

/**
 * Writes the list of secrets into `.env`; no other line changes.
 * @param expected what the list must still be
 * @throws Refusal where it is another one by now, or stands there in a way that cannot be edited safely
 */
export const writeSecrets = (path: string, expected: string[], secrets: string[]): Promise<void> =>
  replaceFile(path, text => {
    const { [NAME]: value = '', ...others } = parse(text)
    if (!isDeepStrictEqual(entriesOf(value), expected)) throw new Refusal(`${path} was changed meanwhile. Try again.`)
    const edited = withValue(text, value, secrets.join(','))
    if (isDeepStrictEqual(parse(edited), { ...others, [NAME]: secrets.join(',') })) return edited
    throw new Refusal(`${NAME} stands in ${path} in an unusual form. Write it in one line, as ${NAME}=value.`)
  })

/** Of several assignments the last one counts; quotes, `export` and a comment on its line stay. */
const withValue = (text: string, value: string, next: string): string => {
  const lines = text.split('\n')
  const at = lines.findLastIndex(line => ASSIGNMENT.test(line))
  return lines.map((line, index) => (index === at ? line.replace(value, () => next) : line)).join('\n')
}

const entriesOf = (value: string) => value.split(',').map(entry => entry.trim())
