const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** All four return milliseconds. */
export const seconds = (count: number): number => count * UNITS.s

export const minutes = (count: number): number => count * UNITS.m

export const hours = (count: number): number => count * UNITS.h

export const days = (count: number): number => count * UNITS.d

/**
 * Milliseconds of `500ms`, `10s`, `15m`, `24h` or `30d`.
 * @throws RangeError whose message follows the name of a variable
 */
export function parseDuration(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,9})([a-z]*)$/.exec(text) ?? []
  const isBare = count !== '' && unit === ''
  if (isBare) throw new RangeError(`has no unit; write ${count}s, ${count}m, ${count}h or ${count}d`)
  if (!isUnit(unit)) throw new RangeError('is not a duration; write a whole number and ms, s, m, h or d, such as 15m')
  if (Number(count) === 0) throw new RangeError('is no time at all; write a duration above zero, such as 15m')
  return Number(count) * UNITS[unit]
}

/** The shortest form: 86400000 is `1d`, 5400000 is `90m`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s'
  const [unit, size] = Object.entries(UNITS).findLast(([, size]) => milliseconds % size === 0) ?? ['ms', UNITS.ms]
  return `${milliseconds / size}${unit}`
}

function isUnit(text: string): text is keyof typeof UNITS {
  return Object.hasOwn(UNITS, text)
}
