import { showDay, t } from '../text/text.ts'

export type Day = { day: string; signIns: number; failures: number; liveSessions: number | null }

const WIDTH = 720
const HEIGHT = 220
const PLOT = { left: 36, top: 12, bottom: 190 }
const STEPS = 4

/** The next number above `most` that four even steps reach. */
const ceilingOf = (most: number) => Math.max(STEPS, Math.ceil(most / STEPS) * STEPS)

/**
 * Sign-ins and failures side by side for each day, and a line through the sessions alive at its end, as far back as is known. Who cannot
 * see it has the same as a table beside it.
 */
export function Chart({ days }: { days: Day[] }) {
  const top = ceilingOf(
    Math.max(...days.flatMap(({ signIns, failures, liveSessions }) => [signIns, failures, liveSessions ?? 0])),
  )
  const slot = (WIDTH - PLOT.left) / days.length
  const yOf = (count: number) => PLOT.bottom - (count / top) * (PLOT.bottom - PLOT.top)
  const points = days.flatMap(({ liveSessions }, index) =>
    liveSessions === null ? [] : [`${PLOT.left + (index + 0.5) * slot},${yOf(liveSessions)}`],
  )
  const first = days[0]
  const last = days.at(-1)
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t.admin.chartTitle(days.length)}>
        {Array.from({ length: STEPS + 1 }, (_, step) => (top / STEPS) * step).map(count => (
          <g key={count}>
            <line x1={PLOT.left} x2={WIDTH} y1={yOf(count)} y2={yOf(count)} class="grid" />
            <text x={PLOT.left - 6} y={yOf(count) + 4} text-anchor="end">
              {count}
            </text>
          </g>
        ))}
        {days.map(({ day, signIns, failures }, index) => (
          <g key={day} transform={`translate(${PLOT.left + index * slot} 0)`}>
            <title>{`${showDay(day)}: ${t.admin.signIns} ${signIns}, ${t.admin.failures} ${failures}`}</title>
            <rect
              class="signins"
              x={slot * 0.12}
              width={slot * 0.36}
              y={yOf(signIns)}
              height={PLOT.bottom - yOf(signIns)}
            />
            <rect
              class="failures"
              x={slot * 0.52}
              width={slot * 0.36}
              y={yOf(failures)}
              height={PLOT.bottom - yOf(failures)}
            />
          </g>
        ))}
        <polyline class="sessions" points={points.join(' ')} />
        <text x={PLOT.left} y={HEIGHT - 10}>
          {first && showDay(first.day)}
        </text>
        <text x={WIDTH} y={HEIGHT - 10} text-anchor="end">
          {last && showDay(last.day)}
        </text>
      </svg>
      <figcaption>
        <span class="key signins">{t.admin.signIns}</span>
        <span class="key failures">{t.admin.failures}</span>
        <span class="key sessions">{t.admin.liveSessions}</span>
      </figcaption>
    </figure>
  )
}
