import { useState } from 'preact/hooks'
import { useMedia } from '../parts/use-media.ts'
import { t } from './text.ts'

export type Span = {
  /** A day or the start of an hour, ISO 8601. */
  at: string
  name: string
  signIns: number
  failures: number
  liveSessions: number | null
}

/** Of the drawing, which fills the page: on a phone it is as high as on a desk, and half as wide. */
const WIDTH = { desk: 720, phone: 360 }
const HEIGHT = 220
const PLOT = { left: 36, top: 12, bottom: 190 }
const STEPS = 4

/** The next number above `most` that four even steps reach. */
const ceilingOf = (most: number) => Math.max(STEPS, Math.ceil(most / STEPS) * STEPS)

/** Sign-ins and failures side by side for each day or hour. Pointing at one, or the arrow keys, show its numbers. */
export function Chart({ title, spans }: { title: string; spans: Span[] }) {
  const [chosen, setChosen] = useState<number>()
  const top = ceilingOf(Math.max(...spans.flatMap(({ signIns, failures }) => [signIns, failures])))
  const width = useMedia('(max-width: 30rem)') ? WIDTH.phone : WIDTH.desk
  const slot = (width - PLOT.left) / spans.length
  const yOf = (count: number) => PLOT.bottom - (count / top) * (PLOT.bottom - PLOT.top)
  const shown = spans[chosen ?? spans.length - 1]
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={title} onPointerLeave={() => setChosen(undefined)}>
        {Array.from({ length: STEPS + 1 }, (_, step) => (top / STEPS) * step).map(count => (
          <g key={count}>
            <line x1={PLOT.left} x2={width} y1={yOf(count)} y2={yOf(count)} class="grid" />
            <text x={PLOT.left - 6} y={yOf(count) + 4} text-anchor="end">
              {count}
            </text>
          </g>
        ))}
        {spans.map(({ at, signIns, failures }, index) => (
          <g
            key={at}
            transform={`translate(${PLOT.left + index * slot} 0)`}
            class={index === chosen ? 'chosen' : undefined}
            onPointerEnter={() => setChosen(index)}
          >
            <rect class="slot" width={slot} y={PLOT.top} height={PLOT.bottom - PLOT.top} />
            <Bar name="signins" x={slot * 0.12} width={slot * 0.36} y={yOf(signIns)} />
            <Bar name="failures" x={slot * 0.52} width={slot * 0.36} y={yOf(failures)} />
          </g>
        ))}
        <text x={PLOT.left} y={HEIGHT - 10}>
          {spans[0]?.name}
        </text>
        <text x={width} y={HEIGHT - 10} text-anchor="end">
          {spans.at(-1)?.name}
        </text>
      </svg>
      <figcaption>
        <label>
          <span class="unseen">{t.admin.at}</span>
          <input
            type="range"
            min={0}
            max={spans.length - 1}
            value={chosen ?? spans.length - 1}
            aria-valuetext={shown && sentenceOf(shown)}
            onInput={({ currentTarget }) => setChosen(Number(currentTarget.value))}
          />
        </label>
        <strong>{shown?.name}</strong>
        <span class="key signins">
          {t.admin.signIns} {shown?.signIns}
        </span>
        <span class="key failures">
          {t.admin.failures} {shown?.failures}
        </span>
        {shown?.liveSessions != null && (
          <span class="quiet">
            {t.admin.liveSessions} {shown.liveSessions}
          </span>
        )}
      </figcaption>
    </figure>
  )
}

const sentenceOf = ({ name, signIns, failures }: Span) =>
  `${name}: ${t.admin.signIns} ${signIns}, ${t.admin.failures} ${failures}`

const Bar = ({ name, x, width, y }: { name: string; x: number; width: number; y: number }) => (
  <rect class={name} x={x} width={width} y={y} height={PLOT.bottom - y} />
)
