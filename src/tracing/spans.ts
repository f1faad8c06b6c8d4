import { setTimeout as pause } from 'node:timers/promises'
import {
  type Attributes,
  context,
  ProxyTracerProvider,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'
import type { Logger } from '../../configs/logger.ts'
import { seconds } from '../durations.ts'

/** The exporter may be unreachable. */
const FLUSH_WITHIN = seconds(2)

export type Spans = ReturnType<typeof createSpans>

/** `route` as declared; undefined for other paths. `parent` has the headers of a caller that may name the trace. */
export type TracedRequest = {
  method: string
  route: string | undefined
  requestId: string
  parent: { traceparent?: string; tracestate?: string } | undefined
}

export type SpanOptions = { kind: SpanKind; attributes: Attributes }

/** Makes spans through the API alone; the operator's SDK, if there is one, sees them. */
export function createSpans(logger: Logger) {
  const tracer = trace.getTracer('latchkey')
  const provider = providerOfSdk()
  if (!provider)
    logger.warn('TRACING is on, but no OpenTelemetry SDK was loaded: start with node --import, see docs/tracing.md')

  /** @returns what ends the span when the response is sent */
  function startRequest({ method, route, requestId, parent }: TracedRequest, next: () => void) {
    const outer = parent ? propagation.extract(ROOT_CONTEXT, parent) : ROOT_CONTEXT
    const attributes = {
      'http.request.method': method === 'other' ? '_OTHER' : method,
      ...(route !== undefined && { 'http.route': route }),
      'http.response.header.x-request-id': [requestId],
    }
    const name = route === undefined ? (method === 'other' ? 'HTTP' : method) : `${method} ${route}`
    const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, outer)
    context.with(trace.setSpan(outer, span), next)
    return (status: number) => {
      span.setAttribute('http.response.status_code', status)
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    }
  }

  /** Without the error's message, which may have values of a statement. */
  function inSpan<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T> {
    return tracer.startActiveSpan(name, options, async span => {
      try {
        return await work()
      } catch (error) {
        span.setAttribute('error.type', error instanceof Error ? error.name : typeof error)
        span.setStatus({ code: SpanStatusCode.ERROR })
        throw error
      } finally {
        span.end()
      }
    })
  }

  /** Work of jobs and pollers, which no request caused, has no span. */
  function inChildSpan<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T> {
    return trace.getActiveSpan() ? inSpan(name, options, work) : work()
  }

  /** Sends the spans that wait in the SDK. */
  async function flush(): Promise<void> {
    const waited = new AbortController()
    const tooLong = pause(FLUSH_WITHIN, undefined, { signal: waited.signal, ref: false }).catch(() => {})
    await Promise.race([provider?.forceFlush?.().catch(() => {}), tooLong])
    waited.abort()
  }

  return { tracer, startRequest, inSpan, inChildSpan, flush }
}

/** The API lacks `forceFlush`; providers of SDKs have it. */
type Provider = TracerProvider & { forceFlush?(): Promise<void> }

function providerOfSdk(): Provider | undefined {
  const provider = trace.getTracerProvider()
  if (!(provider instanceof ProxyTracerProvider)) return provider
  return provider.getDelegateTracer('latchkey') ? provider.getDelegate() : undefined
}
