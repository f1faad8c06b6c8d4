// What an operator's SDK is, loaded by `node --import`; its exporter appends each span to the file SPANS as a line of JSON.
import { appendFileSync } from 'node:fs'
import { context, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'

function written(span: ReadableSpan) {
  const { name, kind, attributes, status, events, parentSpanContext } = span
  const { traceId, spanId } = span.spanContext()
  const parent = parentSpanContext?.spanId ?? null
  return JSON.stringify({ name, kind, attributes, status, events, traceId, spanId, parent })
}

const exporter = {
  export(spans: ReadableSpan[], done: (result: { code: number }) => void) {
    for (const span of spans) appendFileSync(process.env.SPANS ?? '', `${written(span)}\n`)
    done({ code: 0 })
  },
  shutdown: async () => {},
}

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
propagation.setGlobalPropagator(new W3CTraceContextPropagator())
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }))
