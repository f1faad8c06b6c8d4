/** What fingers and tongues run along: shorter runs than this are part of many good passwords. */
const LEAST_RUN = 4

const TRACKS = [
  'abcdefghijklmnopqrstuvwxyz',
  '1234567890',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  'йцукенгшщзхъфывапролджэячсмитьбю',
  '1234567890qwertyuiopasdfghjklzxcvbnm',
  "1234567890-=qwertyuiop[]asdfghjkl;'zxcvbnm,./",
  '!@#$%^&*()_+',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  'qazwsxedcrfvtgbyhnujmikolp',
  '1q2w3e4r5t6y7u8i9o0p',
]
const DIRECTIONS = TRACKS.flatMap(track => [track, [...track].reverse().join('')])

/** The part that a text says over and over ('abcabcab': 'abc'), or the text itself if it does not. */
export function repeatedUnit(text: string): string {
  for (let period = 1; period <= text.length / 2; period++) {
    if (text.startsWith(text.slice(period))) return text.slice(0, period)
  }
  return text
}

/** Whether all of a lower-case text runs along the keyboard, the alphabet or the digits, and round again at the end. */
export function isStraightRun(text: string): boolean {
  const steps = text.replace(/(.)\1+/gu, '$1')
  if (steps.length < LEAST_RUN) return false
  return DIRECTIONS.some(track => track.repeat(Math.ceil(steps.length / track.length) + 1).includes(steps))
}

/** How far a run goes that begins at this place of a lower-case text; 0 where none of the least length does. */
export function longestRunAt(text: string, at: number): number {
  let end = at + LEAST_RUN
  if (end > text.length || !isStraightRun(text.slice(at, end))) return 0
  while (end < text.length && isStraightRun(text.slice(at, end + 1))) end++
  return end - at
}
