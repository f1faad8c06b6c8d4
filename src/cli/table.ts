// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is replaced
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g

/**
 * Columns of text under their heads. Some of it was sent by strangers, so nothing in it may command the terminal or break
 * a line (ASVS 16.4.1).
 */
export function table(heads: string[], rows: string[][]): string {
  const lines = [heads, ...rows].map(cells => cells.map(printable))
  const widths = heads.map((_, column) => Math.max(...lines.map(cells => cells[column]?.length ?? 0)))
  return lines.map(cells => lineOf(cells, widths)).join('\n')
}

/** To the second, in UTC. */
export const moment = (date: Date): string => `${date.toISOString().slice(0, 19).replace('T', ' ')}Z`

const printable = (text: string) => text.replace(UNPRINTABLE, '\ufffd')

function lineOf(cells: string[], widths: number[]) {
  return cells
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join('  ')
    .trimEnd()
}
