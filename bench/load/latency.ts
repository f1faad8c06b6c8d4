/** Milliseconds. */
export type Latency = { p50: number; p99: number; max: number }

/** A histogram: how often each latency, in microseconds, was seen. */
export type Histogram = Map<number, number>

const milliseconds = (microseconds: number) => microseconds / 1_000

/** Nearest-rank percentiles of a histogram. */
export function summarise(histogram: Histogram): Latency {
  const values = [...histogram].sort(([a], [b]) => a - b)
  const total = values.reduce((sum, [, count]) => sum + count, 0)
  return { p50: rank(values, total * 0.5), p99: rank(values, total * 0.99), max: milliseconds(values.at(-1)?.[0] ?? 0) }
}

export function histogramOf(milliseconds: number[]): Histogram {
  const histogram: Histogram = new Map()
  for (const value of milliseconds) add(histogram, Math.round(value * 1_000), 1)
  return histogram
}

export function merge(histograms: Histogram[]): Histogram {
  const merged: Histogram = new Map()
  for (const histogram of histograms) for (const [value, count] of histogram) add(merged, value, count)
  return merged
}

export function add(histogram: Histogram, value: number, count: number): void {
  histogram.set(value, (histogram.get(value) ?? 0) + count)
}

function rank(values: [number, number][], wanted: number): number {
  let seen = 0
  for (const [value, count] of values) {
    seen += count
    if (seen >= wanted) return milliseconds(value)
  }
  return 0
}
