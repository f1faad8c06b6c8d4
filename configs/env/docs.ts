import { SECRET_COMMAND } from './secrets.ts'
import { VARIABLES, type Variable } from './variables.ts'

const START = '<!-- config:start -->'
const END = '<!-- config:end -->'
const UNITS = 'A duration is a whole number and a unit: `500ms`, `10s`, `15m`, `24h`, `30d`.'
const ENTRIES = Object.entries<Variable>(VARIABLES)

/** The table of all variables for the README, in Markdown. */
export function configTable(): string {
  const rows = ENTRIES.map(([name, variable]) => `| \`${name}\` | ${defaultOf(variable)} | ${meaningOf(variable)} |`)
  return [
    `${UNITS} An empty variable counts as unset.`,
    '',
    '| Variable | Default | Meaning |',
    '|---|---|---|',
    ...rows,
  ].join('\n')
}

/** The text of `.env.example`: every variable with its default, commented out but for those that have none. */
export function envExample(): string {
  const head = [
    '# Copy to .env, and take the # from what you change. Made from configs/env/variables.ts by `npm run docs:config`.',
    `# ${plain(UNITS)}`,
  ]
  return `${[head, ...ENTRIES.map(exampleOf)].map(lines => lines.join('\n')).join('\n\n')}\n`
}

/**
 * The README with the table between its two markers renewed.
 * @throws Error when a marker is missing.
 */
export function withConfigTable(readme: string): string {
  const start = readme.indexOf(START)
  const end = readme.indexOf(END)
  if (start === -1 || end < start) throw new Error(`README.md needs a line ${START} and, below it, a line ${END}`)
  return `${readme.slice(0, start)}${START}\n${configTable()}\n${readme.slice(end)}`
}

function defaultOf({ fallback }: Variable): string {
  if (fallback === undefined) return 'required'
  return typeof fallback === 'object' ? fallback.text : `\`${fallback}\``
}

function meaningOf({ about, form }: Variable): string {
  return form.written ? `${about} (${form.written})` : about
}

function exampleOf([name, variable]: [string, Variable]): string[] {
  const { fallback } = variable
  const meaning = `# ${plain(meaningOf(variable))}`
  if (fallback === undefined) return [meaning, `# Make one: ${SECRET_COMMAND}`, `${name}=`]
  if (typeof fallback === 'string') return [meaning, `# ${name}=${fallback}`]
  return [meaning, `# Default: ${plain(fallback.text)}`, `# ${name}=${fallback.sample}`]
}

function plain(markdown: string): string {
  return markdown.replaceAll('`', '')
}
