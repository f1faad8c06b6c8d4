import type { Sequelize } from 'sequelize'
import type { Database } from '../configs/database.ts'
import type { Env } from '../configs/env.ts'
import type { Limiters } from '../configs/limiter.ts'
import type { Logger } from '../configs/logger.ts'
import type { Migrator } from '../configs/migrations.ts'
import type { Audit } from './audit/audit.ts'
import type { DelayedWork } from './delayed-work.ts'
import type { Sealer } from './encryption/sealer.ts'
import type { Extensions } from './extensions.ts'
import type { Failures } from './factors/failures.ts'
import type { Providers } from './federation/providers.ts'
import type { ForwardAuth } from './forward-auth/forward-auth.ts'
import type { PassportInstance } from './http/passport.ts'
import type { InvalidationChannel } from './invalidation/channel.ts'
import type { Mailer } from './mail/mailer.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { PasswordHasher } from './passwords/hash.ts'
import type { PasswordJudge } from './passwords/judge.ts'
import type { OpenidProvider } from './provider/open.ts'
import type { Readiness } from './readiness.ts'
import type { SessionCookie } from './sessions/cookie.ts'
import type { SessionStore } from './sessions/store.ts'
import type { AccessTokens } from './tokens/access-tokens.ts'
import type { KeyRing } from './tokens/key-ring.ts'
import type { PersonalTokens } from './tokens/personal-tokens.ts'
import type { RevokedFeed } from './tokens/revoked-feed.ts'
import type { Tracing } from './tracing/tracing.ts'

export type Deps = {
  env: Env
  logger: Logger
  database: Database
  sequelize: Sequelize
  migrator: Migrator
  readiness: Readiness
  channel: InvalidationChannel
  store: SessionStore
  cookie: SessionCookie
  hasher: PasswordHasher
  judge: PasswordJudge
  limiters: Limiters
  providers: Providers
  passport: PassportInstance
  sealer: Sealer
  audit: Audit
  mailer: Mailer
  delayed: DelayedWork
  keyRing: KeyRing
  personalTokens: PersonalTokens
  accessTokens: AccessTokens
  revokedFeed: RevokedFeed
  /** With OPENID_PROVIDER. */
  openidProvider: OpenidProvider | undefined
  failures: Failures
  /** Undefined unless FORWARD_AUTH is on. */
  forwardAuth: ForwardAuth | undefined
  /** With METRICS_PORT. */
  metrics: Metrics | undefined
  /** With TRACING. */
  tracing: Tracing | undefined
  extensions: Extensions
}
