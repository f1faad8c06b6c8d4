import { useState } from 'preact/hooks'
import { Table } from '../parts/table.tsx'
import { showDay, showTime, textFor } from '../text/text.ts'
import { Chart, type Span } from './chart.tsx'
import { Chips } from './chips.tsx'
import { t } from './text.ts'

type Counts = Omit<Span, 'at' | 'name'>

export type History = { days: (Counts & { day: string })[]; hours: (Counts & { hour: string })[] }

const RANGES = ['24h', '7d', '30d'] as const
const LONGEST = '30d'

/** As a chart and as a table, for a day by its hours, or for a week or a month by their days. */
export function SignInHistory({ days, hours }: History) {
  const [range, setRange] = useState<string>(LONGEST)
  const isDay = range === '24h'
  const shownDays = days.slice(range === '7d' ? -7 : -30)
  const spans: Span[] = isDay
    ? hours.map(({ hour, ...counts }) => ({ at: hour, name: showTime(hour), ...counts }))
    : shownDays.map(({ day, ...counts }) => ({ at: day, name: showDay(day), ...counts }))
  const title = isDay ? t.admin.chartTitleHours : t.admin.chartTitle(shownDays.length)
  return (
    <section>
      <h2>{title}</h2>
      <Chips
        label={t.admin.range}
        chosen={range}
        onChoose={chosen => setRange(chosen || LONGEST)}
        chips={RANGES.map(value => ({ value, name: textFor(t.admin.ranges, value) ?? value }))}
      />
      <Chart key={range} title={title} spans={spans} />
      {isDay && <p class="quiet">{t.admin.localTimes}</p>}
      <details>
        <summary>{t.admin.asTable}</summary>
        <Table
          label={title}
          columns={[
            { title: isDay ? t.admin.at : t.admin.day, cell: ({ name }) => name },
            { title: t.admin.signIns, cell: ({ signIns }) => signIns },
            { title: t.admin.failures, cell: ({ failures }) => failures },
            { title: t.admin.liveSessions, cell: ({ liveSessions }) => liveSessions ?? '–' },
          ]}
          rows={spans.toReversed()}
          keyOf={({ at }) => at}
        />
      </details>
    </section>
  )
}
