import type { Database } from '../../configs/database.ts'
import type { Logger } from '../../configs/logger.ts'
import type { MailTransport } from '../../configs/mailer.ts'
import type { PasswordHasher } from '../passwords/hash.ts'
import { traceDatabase } from './database.ts'
import { traceFetch, traceMail } from './outgoing.ts'
import { traceHasher } from './passwords.ts'
import { createSpans, type TracedRequest } from './spans.ts'

export type Tracing = ReturnType<typeof startTracing>

/** Spans of requests, and of what they wait for. */
export function startTracing(logger: Logger) {
  const spans = createSpans(logger)
  const stopFetch = traceFetch(spans)

  async function close() {
    stopFetch()
    await spans.flush()
  }

  return {
    startRequest: (request: TracedRequest, next: () => void) => spans.startRequest(request, next),
    traceDatabase: (database: Database) => traceDatabase(spans, database),
    traceHasher: (hasher: PasswordHasher) => traceHasher(spans, hasher),
    traceMail: (transport: MailTransport) => traceMail(spans, transport),
    close,
  }
}
