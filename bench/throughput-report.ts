import type { Bar } from './chart.ts'
import type { Latency } from './load/latency.ts'
import type { Case, RoundResult, Throughput } from './measure/throughput.ts'
import { milliseconds, perSecond, ratio, type Section, showTarget, times, verdict } from './section.ts'
import { median } from './statistics.ts'
import type { SubjectName } from './subjects.ts'

/** @param sessions how many there are beside "one session"; @param commit milliseconds of one synced write on this disk */
export function throughputSection({ cases }: Throughput, sessions: number, commit: number): Section {
  return {
    title: 'Throughput',
    notes: [
      'Requests per second as a share of the bare handler in the same round; the median of the rounds, and each round. Within a round the subjects take turns each second, and only the one in turn runs.',
      `New: each of ${sessions.toLocaleString('en')} cookies for the first time. Seen before: all of these cookies in turn, again.`,
      `The usual wiring writes and syncs a row for each request, so its share depends on the disk: ${milliseconds(commit)} per synced write here.`,
    ],
    head: ['request', 'bare', 'usual wiring', 'Latchkey', 'each round', 'target', ''],
    rows: [...cases].map(([each, rounds]) => throughputRow(each, rounds)),
  }
}

/** "No request over 10x the p99", in every round: the worst round counts. Bare and the pauses show what machine and generator add. */
export function tailSection({ cases, pauses }: Throughput): Section {
  const watched = [...cases].filter(([{ path, of }]) => path === '/auth/session' && of !== 'new')
  return {
    title: 'The tail',
    notes: [
      'The longest request over the p99 of its round; the worst round.',
      `A loop that only reads the clock, on the servers' core and in as much time, was not run for ${pauses.map(milliseconds).join(', ')} at most, round by round: that is the machine.`,
    ],
    head: ['request', 'bare', 'usual wiring', 'Latchkey', 'Latchkey p99, longest', 'target', ''],
    rows: watched.map(([each, rounds]) => tailRow(each, rounds)),
  }
}

export function throughputBars({ cases }: Throughput): Bar[] {
  return [...cases].map(([each, rounds]) => ({
    label: title(each),
    values: [
      { series: 'usual wiring', ratio: median(shares(rounds, 'seed')) },
      { series: 'Latchkey', ratio: median(shares(rounds, 'latchkey')) },
    ],
  }))
}

const title = ({ path, name }: Case) => `${path}, ${name}`

function throughputRow(each: Case, rounds: RoundResult[]): string[] {
  const ours = shares(rounds, 'latchkey')
  const bare = perSecond(median(rounds.map(round => round.bare.perSecond)))
  const measured = [bare, ratio(median(shares(rounds, 'seed'))), ratio(median(ours)), ours.map(ratio).join(', ')]
  return [title(each), ...measured, showTarget(each, ratio), verdict(median(ours), each)]
}

function shares(rounds: RoundResult[], subject: SubjectName): number[] {
  return rounds.map(round => round[subject].perSecond / round.bare.perSecond)
}

function tailRow(each: Case, rounds: RoundResult[]): string[] {
  const target = { atMost: 10 }
  const worst = (subject: SubjectName) => Math.max(...rounds.map(round => stretch(round[subject].latency)))
  const absolute = rounds.map(({ latchkey: { latency } }) => `${latency.p99.toFixed(1)}, ${latency.max.toFixed(1)} ms`)
  const measured = [times(worst('bare')), times(worst('seed')), times(worst('latchkey')), absolute.join('; ')]
  return [title(each), ...measured, showTarget(target, times), verdict(worst('latchkey'), target)]
}

function stretch({ max, p99 }: Latency): number {
  return max / p99
}
