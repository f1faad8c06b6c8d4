const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds in so many seconds. */
export const seconds = (count: number): number => count * UNITS.s

/** Milliseconds in so many minutes. */
export const minutes = (count: number): number => count * UNITS.m

/** Milliseconds in so many hours. */
export const hours = (count: number): number => count * UNITS.h

/** Milliseconds in so many days. */
export const days = (count: number): number => count * UNITS.d

/**
 * Milliseconds of a written duration: a whole number above zero and a unit (`500ms`, `10s`, `15m`, `24h`, `30d`).
 * @throws RangeError whose message continues a sentence that begins with the variable: 'has no unit; write ...'.
 */
export function parseDuration(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,9})([a-z]*)$/.exec(text) ?? []
  const isBare = count !== '' && unit === ''
  if (isBare) throw new RangeError(`has no unit; write ${count}s, ${count}m, ${count}h or ${count}d`)
  if (!isUnit(unit)) throw new RangeError('is not a duration; write a whole number and ms, s, m, h or d, such as 15m')
  if (Number(count) === 0) throw new RangeError('is no time at all; write a duration above zero, such as 15m')
  return Number(count) * UNITS[unit]
}

/** The shortest written form of so many milliseconds: 86400000 is `1d`, 5400000 is `90m`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s'
  const [unit, size] = Object.entries(UNITS).findLast(([, size]) => milliseconds % size === 0) ?? ['ms', UNITS.ms]
  return `${milliseconds / size}${unit}`
}

function isUnit(text: string): text is keyof typeof UNITS {
  return Object.hasOwn(UNITS, text)
}
