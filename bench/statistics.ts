export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  if (low === undefined || high === undefined) throw new Error('no values')
  return (low + high) / 2
}

/** @param share between 0 and 1, such as 0.99 */
export function percentile(values: number[], share: number): number {
  const found = values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1]
  if (found === undefined) throw new Error('no values')
  return found
}

/** Least-squares slope of y over x. */
export function slope(points: { x: number; y: number }[]): number {
  const meanX = mean(points.map(point => point.x))
  const meanY = mean(points.map(point => point.y))
  const covariance = mean(points.map(({ x, y }) => (x - meanX) * (y - meanY)))
  return covariance / mean(points.map(({ x }) => (x - meanX) ** 2))
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
