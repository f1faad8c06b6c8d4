/** One request and how the series fare at it, as shares of the bare handler. */
export type Bar = { label: string; values: { series: string; ratio: number }[] }

const WIDTH = 700
const LEFT = 250
const RIGHT = 60
const BAR = 14
const GROUP_GAP = 18
const TOP = 44
const SCALE = WIDTH - LEFT - RIGHT
const COLOURS: Record<string, string> = { Latchkey: '#3b82c4', 'usual wiring': '#b08030' }
/** A grey that reads on white and on black. */
const TEXT = '#808890'

/** A bar chart as SVG, for light and dark pages alike: no background of its own. */
export function chart(bars: Bar[]): string {
  const group = Math.max(...bars.map(({ values }) => values.length)) * (BAR + 2) + GROUP_GAP
  const height = TOP + bars.length * group + 24
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="${TEXT}">`,
    '<title>Requests per second as a share of a bare Express handler</title>',
    ...legend(bars),
    ...axis(height),
    ...bars.flatMap((bar, index) => drawGroup(bar, TOP + index * group)),
    '</svg>\n',
  ].join('\n')
}

function legend(bars: Bar[]): string[] {
  const series = [...new Set(bars.flatMap(({ values }) => values.map(value => value.series)))]
  return series.map((name, index) => {
    const x = LEFT + index * 120
    return `<rect x="${x}" y="8" width="12" height="12" fill="${colour(name)}"/><text x="${x + 18}" y="18">${name}</text>`
  })
}

function axis(height: number): string[] {
  return [0, 0.25, 0.5, 0.75, 1].map(share => {
    const x = LEFT + share * SCALE
    const mark = share === 1 ? 'bare = 1' : `${share}`
    return `<line x1="${x}" y1="${TOP - 10}" x2="${x}" y2="${height - 20}" stroke="${TEXT}" stroke-opacity="0.35"/><text x="${x}" y="${height - 6}" text-anchor="middle">${mark}</text>`
  })
}

function drawGroup({ label, values }: Bar, top: number): string[] {
  const [path, name] = split(label)
  const text = `<text x="${LEFT - 10}" y="${top + 12}" text-anchor="end">${path}</text><text x="${LEFT - 10}" y="${top + 27}" text-anchor="end" font-size="11">${name}</text>`
  return [text, ...values.map(({ series, ratio }, index) => drawBar(series, ratio, top + index * (BAR + 2)))]
}

function split(label: string): [string, string] {
  const [path = '', ...name] = label.split(', ')
  return [path, name.join(', ')]
}

function drawBar(series: string, ratio: number, top: number): string {
  const length = Math.max(ratio * SCALE, 1)
  return `<rect x="${LEFT}" y="${top}" width="${length.toFixed(1)}" height="${BAR}" fill="${colour(series)}"/><text x="${LEFT + length + 5}" y="${top + 11}">${ratio.toFixed(2)}</text>`
}

function colour(series: string): string {
  return COLOURS[series] ?? TEXT
}
