import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Bar, chart } from './chart.ts'
import { describeMachine } from './machine.ts'
import type { Section } from './section.ts'

export type Results = { sections: Section[]; bars: Bar[]; generator: string; quick: boolean; others: string }

/** Columns padded for a terminal; the same text is valid Markdown. */
export function toText({ title, notes, head, rows }: Section): string {
  const lines = [head, head.map(() => '---'), ...rows]
  const widths = head.map((_, column) => Math.max(...lines.map(line => line[column]?.length ?? 0)))
  const table = lines.map(line => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`)
  return [`## ${title}`, '', ...notes.flatMap(note => [note, '']), ...table, ''].join('\n')
}

function missed({ rows }: Section): number {
  return rows.filter(row => row.at(-1) === '**missed**').length
}

export async function writeReport(folder: string, results: Results, command: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'RESULTS.md'), toMarkdown(results, command))
  if (results.bars.length > 0) await writeFile(join(folder, 'results.svg'), chart(results.bars))
}

function toMarkdown({ sections, generator, quick, others }: Results, command: string): string {
  const count = sections.reduce((sum, section) => sum + missed(section), 0)
  return [
    '# Measured',
    '',
    `Written by \`${command}\` on ${new Date().toISOString().slice(0, 10)}; do not edit.`,
    `Machine: ${describeMachine()}. Load from ${generator} in a second process, over loopback.`,
    others,
    ...(quick ? ['A quick run: small tables and one short round show that the bench works, and prove nothing.'] : []),
    `Targets missed: ${count}.`,
    '',
    ...sections.map(toText),
  ].join('\n')
}
