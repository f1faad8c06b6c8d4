import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Bar, chart } from './chart.ts'
import { MEASURES, type MeasureName } from './options.ts'
import type { Section } from './section.ts'

/** What one measure found, and where and when. */
export type Measurement = { measure: MeasureName; circumstances: string; sections: Section[]; bars: Bar[] }

/** Columns padded for a terminal; the same text is valid Markdown. */
export function toText({ title, notes, head, rows }: Section): string {
  const lines = [head, head.map(() => '---'), ...rows]
  const widths = head.map((_, column) => Math.max(...lines.map(line => line[column]?.length ?? 0)))
  const table = lines.map(line => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`)
  return [`## ${title}`, '', ...notes.flatMap(note => [note, '']), ...table, ''].join('\n')
}

/** Takes the place of what the same measures found before; the others stay. */
export async function publish(folder: string, results: Measurement[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'results.json')
  const earlier = JSON.parse(await readFile(file, 'utf8').catch(() => '[]')) as Measurement[]
  const newest = new Map([...earlier, ...results].map(each => [each.measure, each]))
  const all = MEASURES.flatMap(name => newest.get(name) ?? [])
  await writeFile(file, `${JSON.stringify(all, undefined, 2)}\n`)
  await writeFile(join(folder, 'RESULTS.md'), toMarkdown(all))
  const bars = all.flatMap(each => each.bars)
  if (bars.length > 0) await writeFile(join(folder, 'results.svg'), chart(bars))
}

function toMarkdown(measurements: Measurement[]): string {
  const missed = measurements.flatMap(({ sections }) => sections.flatMap(missedIn)).length
  return [
    '# Measured',
    '',
    'Written by `npm run bench`; do not edit. `npm run bench -- --only <measure>` renews one measure. Load comes from a second process, over loopback.',
    '',
    `Targets missed: ${missed}.`,
    '',
    ...measurements.flatMap(({ circumstances, sections }) =>
      sections.map((section, at) =>
        toText(at === 0 ? { ...section, notes: [...section.notes, circumstances] } : section),
      ),
    ),
  ].join('\n')
}

const missedIn = ({ rows }: Section) => rows.filter(row => row.at(-1) === '**missed**')
