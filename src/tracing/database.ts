import { type Span, SpanKind, trace } from '@opentelemetry/api'
import type { QueryOptions } from 'sequelize'
import type { SqlValue } from '../../configs/database/driver.ts'
import type { Database } from '../../configs/database.ts'
import type { SpanOptions, Spans } from './spans.ts'

/** Spans named like `SELECT Sessions`. Neither the text nor a parameter of a statement is in them. */
export function traceDatabase({ tracer, inChildSpan }: Spans, database: Database): Database {
  const { dialect, sequelize } = database
  const describe = (sql: string) => describeStatement(sql, dialect)
  // Sequelize runs one hook before and one after each query, with the same object.
  const running = new WeakMap<object, Span>()

  sequelize.addHook('beforeQuery', (_options: QueryOptions, query: object) => {
    if (trace.getActiveSpan()) running.set(query, tracer.startSpan('SQL', { kind: SpanKind.CLIENT }))
  })
  sequelize.addHook('afterQuery', (_options: QueryOptions, query: object) => {
    const span = running.get(query)
    if (!span) return
    const { name, options } = describe('sql' in query ? String(query.sql) : '')
    span.updateName(name).setAttributes(options.attributes).end()
  })

  return {
    ...database,
    statement: sql => {
      const statement = database.statement(sql)
      const { name, options } = describe(sql)
      return {
        all: <Row>(...values: SqlValue[]) => inChildSpan(name, options, () => statement.all<Row>(...values)),
        run: (...values) => inChildSpan(name, options, () => statement.run(...values)),
      }
    },
  }
}

/** Looks only at what precedes the first literal. */
function describeStatement(sql: string, dialect: Database['dialect']): { name: string; options: SpanOptions } {
  const [text = ''] = sql.split("'", 1)
  const operation = /^\s*([a-z]+)/i.exec(text)?.[1]?.toUpperCase() ?? 'SQL'
  const table = /\b(?:FROM|INTO|UPDATE)\s+["`]?([a-z]\w*)/i.exec(text)?.[1]
  const attributes = {
    'db.system.name': dialect === 'postgres' ? 'postgresql' : 'sqlite',
    'db.operation.name': operation,
    ...(table && { 'db.collection.name': table }),
  }
  return { name: table ? `${operation} ${table}` : operation, options: { kind: SpanKind.CLIENT, attributes } }
}
