/** One table of the results; cells are Markdown. */
export type Section = { title: string; notes: string[]; head: string[]; rows: string[][] }

export type Target = { atLeast: number } | { atMost: number }

export const FINDING_HEAD = ['what', 'value', 'target', '']

/** A row under FINDING_HEAD; without a target the value is information only. */
export function finding(what: string, value: number, show: (value: number) => string, target?: Target): string[] {
  return [what, show(value), target ? showTarget(target, show) : '', target ? verdict(value, target) : '']
}

export function verdict(value: number, target: Target): 'met' | '**missed**' {
  const met = 'atLeast' in target ? value >= target.atLeast : value <= target.atMost
  return met ? 'met' : '**missed**'
}

export function showTarget(target: Target, show: (value: number) => string): string {
  return 'atLeast' in target ? `>= ${show(target.atLeast)}` : `<= ${show(target.atMost)}`
}

export const ratio = (value: number) => value.toFixed(2)
export const times = (value: number) => `${value.toFixed(2)}x`
export const milliseconds = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`
export const perSecond = (value: number) => `${Math.round(value).toLocaleString('en')}/s`
export const mebibytes = (value: number) => `${value.toFixed(0)} MiB`
