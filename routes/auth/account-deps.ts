import type { AccountDeps } from '../../src/accounts/account-deps.ts'
import type { Deps } from '../../src/services.ts'

/** The part of the server that the life of an account needs. */
export function accountDeps({
  env,
  database,
  logger,
  store,
  hasher,
  judge,
  audit,
  mailer,
  delayed,
  failures,
}: Deps): AccountDeps {
  return {
    env,
    sequelize: database.sequelize,
    logger,
    store,
    hasher,
    judge,
    audit,
    mailer,
    delayed,
    failures,
  }
}
