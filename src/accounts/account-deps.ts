import type { Sequelize } from 'sequelize'
import type { Env } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import type { Audit } from '../audit/audit.ts'
import type { DelayedWork } from '../delayed-work.ts'
import type { Sealer } from '../encryption/sealer.ts'
import type { Failures } from '../factors/failures.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { PasswordHasher } from '../passwords/hash.ts'
import type { PasswordJudge } from '../passwords/judge.ts'
import type { SessionStore } from '../sessions/store.ts'

export type AccountDeps = {
  env: Pick<Env, 'BASE_URL' | 'SITE_NAME' | 'REGISTRATION' | 'SIGN_IN_WITH' | 'BREACHED_PASSWORDS' | 'HIBP_URL'>
  sequelize: Sequelize
  logger: Logger
  store: SessionStore
  hasher: PasswordHasher
  judge: PasswordJudge
  audit: Audit
  mailer: Mailer
  delayed: DelayedWork
  failures: Failures
  sealer: Sealer
}
