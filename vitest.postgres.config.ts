import { defineConfig } from 'vitest/config'
import { suiteOn } from './test/support/projects.ts'

const LOCAL = 'postgres://postgres@127.0.0.1:5432/test'

/** Not run again: what they test does not depend on the database, and other files run the same SQL. */
const ONCE = [
  'test/administration/authorisation.test.ts',
  'test/audit/logging-canary.test.ts',
  'test/cli/cli-terminal.test.ts',
  'test/cli/cli-users.test.ts',
  'test/configs/env.test.ts',
  'test/configs/sqlite-writes.test.ts',
  'test/docs/*.test.ts',
  'test/express-package/*.test.ts',
  'test/federation/bounded-fetch.test.ts',
  'test/federation/cas-answers.test.ts',
  'test/federation/cas-protocol.test.ts',
  'test/federation/cas-visits.test.ts',
  'test/federation/cas.test.ts',
  'test/federation/claims.test.ts',
  'test/federation/hostile-answers.test.ts',
  'test/federation/hostile-tokens.test.ts',
  'test/federation/provider-addresses.test.ts',
  'test/federation/provider-presets.test.ts',
  'test/federation/provider-secrets.test.ts',
  'test/federation/unavailable-providers.test.ts',
  'test/forward-auth/attacks.test.ts',
  'test/forward-auth/proxies.test.ts',
  'test/forward-auth/settings.test.ts',
  'test/http/client.test.ts',
  'test/http/contract.test.ts',
  'test/http/csrf.test.ts',
  'test/http/docs-openapi.test.ts',
  'test/http/headers.test.ts',
  'test/http/methods.test.ts',
  'test/http/overload.test.ts',
  'test/http/problem-codes.test.ts',
  'test/http/write-budget.test.ts',
  'test/invalidation/invalidation.test.ts',
  'test/mail/mail-content.test.ts',
  'test/mail/mail-process.test.ts',
  'test/pages/*.test.ts',
  'test/passwords/*.test.ts',
  'test/provider/attacks.test.ts',
  'test/provider/client-file.test.ts',
  'test/provider/code-flow-attacks.test.ts',
  'test/provider/conformance.test.ts',
  'test/provider/foreign/*.test.ts',
  'test/provider/par-and-dpop.test.ts',
  'test/provider/switched-off.test.ts',
  'test/server/graceful-stop.test.ts',
  'test/server/start.test.ts',
  'test/sign-in/bypass.test.ts',
  'test/sign-in/email-settings.test.ts',
  'test/sign-in/enumeration.test.ts',
  'test/sign-in/mfa-required-admins.test.ts',
  'test/sign-in/mfa-required.test.ts',
]

/** The user of TEST_DATABASE_URL must be allowed to create databases. */
export default defineConfig(
  suiteOn('postgres', { TEST_DATABASE: 'postgres', TEST_DATABASE_URL: process.env.TEST_DATABASE_URL ?? LOCAL }, ONCE),
)
