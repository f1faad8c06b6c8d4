import { killChildren } from './children.ts'
import { syncedCommit } from './disk.ts'
import { chooseGenerator, type Generator } from './load.ts'
import { describeMachine, describeOthers, pinLoadGenerator } from './machine.ts'
import { measureFlood } from './measure/flood.ts'
import { measureMemory } from './measure/memory.ts'
import { measureOverflow } from './measure/overflow.ts'
import { measureRevocation } from './measure/revocation.ts'
import { soak } from './measure/soak.ts'
import { measureStatements } from './measure/statements.ts'
import { measureSweep } from './measure/sweep.ts'
import { measureTable } from './measure/table.ts'
import { measureThroughput, sessionCount } from './measure/throughput.ts'
import { MEASURES, type MeasureName, type Options, parseOptions } from './options.ts'
import { type Results, toText, writeReport } from './report.ts'
import { tailSection, throughputBars, throughputSection } from './throughput-report.ts'

type Measured = Pick<Results, 'sections'> & Partial<Pick<Results, 'bars'>>
type Measure = (options: Options, generator: Generator) => Promise<Measured>

const measures: Record<MeasureName, Measure> = {
  throughput: async (options, generator) => {
    const results = await measureThroughput(options, generator)
    return {
      sections: [throughputSection(results, sessionCount(options), await syncedCommit()), tailSection(results)],
      bars: throughputBars(results),
    }
  },
  statements: async () => ({ sections: [await measureStatements()] }),
  flood: async options => ({ sections: [await measureFlood(options), await measureOverflow()] }),
  table: async (options, generator) => ({ sections: [await measureTable(options, generator)] }),
  sweep: async options => ({ sections: [await measureSweep(options)] }),
  revocation: async options => ({ sections: [await measureRevocation(options)] }),
  memory: async options => ({ sections: [await measureMemory(options)] }),
}

async function run(options: Options): Promise<Results> {
  const generator = chooseGenerator()
  const others = describeOthers()
  console.log(`${describeMachine()}; load from ${generator.name}. ${others}\n`)
  const results: Results = { sections: [], bars: [], generator: generator.name, quick: options.quick, others }
  for (const measure of chosen(options)) {
    const { sections, bars = [] } = await measure(options, generator)
    for (const section of sections) console.log(toText(section))
    results.sections.push(...sections)
    results.bars.push(...bars)
  }
  return results
}

function chosen({ only, soak: soaks }: Options): Measure[] {
  if (soaks) return [async (options, generator) => ({ sections: [await soak(options, generator)] })]
  return (only ? [only] : MEASURES).map(name => measures[name])
}

process.on('exit', killChildren)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))

pinLoadGenerator()
const options = parseOptions(process.argv)
const results = await run(options)
const parameters = process.argv.slice(2)
const command = ['npm run bench', ...(parameters.length > 0 ? ['--', ...parameters] : [])].join(' ')
if (options.out !== undefined) await writeReport(options.out, results, command)
