import { rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { prepareEnvFile } from '../../configs/env/file.ts'
import { ConfigurationError, loadEnv, processEnvironment, settingOf } from '../../configs/env.ts'
import { extensions } from '../../extensions.ts'
import { User } from '../../models/user.ts'
import { openDeps } from '../open-services.ts'
import { fillDemo } from './fill.ts'
import { ADMINISTRATOR, MEMBER, PASSWORD, PEOPLE, SUPPORTER } from './people.ts'

const FILE = 'data/demo.sqlite'

/** They win over those of `.env`, so that the demo touches no other database and sends no mail. */
const SETTINGS = {
  DATABASE_URL: `sqlite:${FILE}`,
  // Its passwords are public.
  HOST: '127.0.0.1',
  OPENID_PROVIDER: 'true',
  REDIS_URL: '',
  SESSION_STORE: 'database',
  SMTP_URL: '',
  SQLITE_SYNCHRONOUS: 'NORMAL',
  WORKERS: '1',
}
const PORT = '3100'

await prepare().catch(fail)
await import('../server.ts')
process.stdout.write(signInHelp())

async function prepare() {
  const { reset } = parseArgs({ options: { reset: { type: 'boolean', default: false } } }).values
  const port = settingOf(processEnvironment, 'PORT') ?? PORT
  await prepareEnvFile(process.cwd())
  if (settingOf(processEnvironment, 'NODE_ENV') === 'production')
    throw new ConfigurationError(['The demo has public passwords and does not start in production. Use npm start.'])
  Object.assign(processEnvironment, SETTINGS, { PORT: port, BASE_URL: `http://localhost:${port}` })
  if (reset) for (const suffix of ['', '-wal', '-shm']) await rm(FILE + suffix, { force: true })
  await fillOnce()
}

async function fillOnce() {
  const deps = await openDeps({ ...loadEnv(), LOG_LEVEL: 'warn' }, extensions)
  try {
    const users = await User.count()
    if (users >= PEOPLE.length) return
    if (users > 0) throw new ConfigurationError([`${FILE} is half filled. Run: npm run demo -- --reset`])
    process.stdout.write(`Filling ${FILE}. This takes a few seconds.\n`)
    await fillDemo(deps)
  } finally {
    await deps.close()
  }
}

function signInHelp() {
  return `
  Demo with ${PEOPLE.length} users. Sign in with the password "${PASSWORD}":

    ${ADMINISTRATOR}    administrator
    ${SUPPORTER}  support
    ${MEMBER}   user

  Start over: npm run demo -- --reset
`
}

function fail(error: unknown): never {
  const isExplained = error instanceof Error && ['ConfigurationError', 'DatabaseUnavailable'].includes(error.name)
  process.stderr.write(`error: ${isExplained ? error.message : error instanceof Error ? error.stack : error}\n`)
  process.exit(1)
}
