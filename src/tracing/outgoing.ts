import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { MailTransport } from '../../configs/mailer.ts'
import type { Spans } from './spans.ts'

/** Of undici, which is Node's `fetch`. */
type Message = { request: { method: string; origin: string }; response?: { statusCode: number }; error?: Error }

/**
 * A span for each request of `fetch`, until its response begins. Paths are left out, because they can have secrets.
 * @returns what stops it
 */
export function traceFetch({ tracer }: Spans): () => void {
  const running = new WeakMap<object, Span>()

  function onCreate(message: unknown) {
    const { request } = message as Message
    const { hostname, port, protocol } = new URL(request.origin)
    const attributes = {
      'http.request.method': request.method,
      'server.address': hostname,
      'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
    }
    running.set(request, tracer.startSpan(request.method, { kind: SpanKind.CLIENT, attributes }))
  }

  function onHeaders(message: unknown) {
    const { request, response } = message as Message
    const status = response?.statusCode ?? 0
    const span = running.get(request)?.setAttribute('http.response.status_code', status)
    if (status >= 400) span?.setStatus({ code: SpanStatusCode.ERROR })
    span?.end()
    running.delete(request)
  }

  function onError(message: unknown) {
    const { request, error } = message as Message
    running
      .get(request)
      ?.setAttribute('error.type', error?.name ?? 'Error')
      .setStatus({ code: SpanStatusCode.ERROR })
      .end()
    running.delete(request)
  }

  const listeners = [
    ['undici:request:create', onCreate],
    ['undici:request:headers', onHeaders],
    ['undici:request:error', onError],
  ] as const
  for (const [name, listener] of listeners) subscribe(name, listener)
  return () => {
    for (const [name, listener] of listeners) unsubscribe(name, listener)
  }
}

/** A span for each mail, with its template but no address. */
export function traceMail({ inSpan }: Spans, transport: MailTransport): MailTransport {
  return {
    ...transport,
    send: (message, signal) =>
      inSpan('send mail', { kind: SpanKind.CLIENT, attributes: { 'latchkey.mail.template': message.template } }, () =>
        transport.send(message, signal),
      ),
  }
}
