import { SpanKind } from '@opentelemetry/api'
import type { PasswordHasher } from '../passwords/hash.ts'
import type { Spans } from './spans.ts'

const OPTIONS = { kind: SpanKind.INTERNAL, attributes: {} }

/** With the wait in the queue. */
export function traceHasher({ inChildSpan }: Spans, hasher: PasswordHasher): PasswordHasher {
  return {
    ...hasher,
    hash: password => inChildSpan('hash password', OPTIONS, () => hasher.hash(password)),
    verify: (password, stored) => inChildSpan('verify password', OPTIONS, () => hasher.verify(password, stored)),
    verifyDecoy: password => inChildSpan('verify password', OPTIONS, () => hasher.verifyDecoy(password)),
  }
}
