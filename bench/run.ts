import { killChildren } from './children.ts'
import { syncedCommit } from './disk.ts'
import { chooseGenerator, type Generator } from './load.ts'
import { describeMachine, describeOthers, pinLoadGenerator } from './machine.ts'
import { measureFlood } from './measure/flood.ts'
import { measureForward } from './measure/forward.ts'
import { measureLogout } from './measure/logout.ts'
import { measureMemory } from './measure/memory.ts'
import { measureOverflow } from './measure/overflow.ts'
import { measurePeers } from './measure/peers.ts'
import { measureRedis } from './measure/redis.ts'
import { measureRevocation } from './measure/revocation.ts'
import { soak } from './measure/soak.ts'
import { measureStatements } from './measure/statements.ts'
import { measureSweep } from './measure/sweep.ts'
import { measureTable } from './measure/table.ts'
import { measureThroughput, sessionCount } from './measure/throughput.ts'
import { measureWorkers } from './measure/workers.ts'
import { type MeasureName, type Options, parseOptions, ROUTINE } from './options.ts'
import { type Measurement, publish, toText } from './report.ts'
import { tailSection, throughputBars, throughputSection } from './throughput-report.ts'

type Measured = Pick<Measurement, 'sections'> & Partial<Pick<Measurement, 'bars'>>
type Measure = (options: Options, generator: Generator) => Promise<Measured>

const measures: Record<MeasureName, Measure> = {
  throughput: async (options, generator) => {
    const results = await measureThroughput(options, generator)
    return {
      sections: [throughputSection(results, sessionCount(options), await syncedCommit()), tailSection(results)],
      bars: throughputBars(results),
    }
  },
  forward: async (options, generator) => ({ sections: [await measureForward(options, generator)] }),
  peers: async (options, generator) => ({ sections: [await measurePeers(options, generator)] }),
  statements: async () => ({ sections: [await measureStatements()] }),
  flood: async options => ({ sections: [await measureFlood(options), await measureOverflow()] }),
  table: async (options, generator) => ({ sections: [await measureTable(options, generator)] }),
  sweep: async options => ({ sections: [await measureSweep(options)] }),
  revocation: async options => ({ sections: [await measureRevocation(options)] }),
  logout: async options => ({ sections: [await measureLogout(options)] }),
  workers: async (options, generator) => ({ sections: [await measureWorkers(options, generator)] }),
  redis: async (options, generator) => ({ sections: [await measureRedis(options, generator)] }),
  memory: async options => ({ sections: [await measureMemory(options)] }),
  soak: async (options, generator) => ({ sections: [await soak(options, generator)] }),
}

async function run(options: Options, command: string): Promise<Measurement[]> {
  const generator = chooseGenerator()
  const machine = `${describeMachine()}; load from ${generator.name}. ${describeOthers()}`
  const quick = options.quick ? ' A quick run, which proves nothing.' : ''
  const circumstances = `\`${command}\` on ${new Date().toISOString().slice(0, 10)}: ${machine}${quick}`
  console.log(`${circumstances}\n`)
  const results: Measurement[] = []
  for (const measure of options.only ? [options.only] : ROUTINE) {
    const { sections, bars = [] } = await measures[measure](options, generator)
    for (const section of sections) console.log(toText(section))
    results.push({ measure, circumstances, sections, bars })
  }
  return results
}

process.on('exit', killChildren)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))

pinLoadGenerator()
const options = parseOptions(process.argv)
const parameters = process.argv.slice(2)
const results = await run(options, ['npm run bench', ...(parameters.length > 0 ? ['--', ...parameters] : [])].join(' '))
if (options.out !== undefined) await publish(options.out, results)
