import path from 'node:path'
import { mock } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { Op } from 'sequelize'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import { days, hours } from '../../src/durations.ts'
import { preparePages } from '../../src/pages/build.ts'
import { freePort } from '../support/child-server.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'
import { launchChromium } from './chromium.ts'

/** `npm run screenshots`: the pages that the README shows, with a month of life in them. */
const FOLDER = path.resolve(import.meta.dirname, '../../docs/screenshots')

/** Both sizes and both schemes in as few pictures as may be. */
const LOOKS = {
  desktop: { viewport: { width: 1280, height: 860 }, colorScheme: 'light' },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
} as const
const PROVIDERS = {
  OIDC_GOOGLE_CLIENT_ID: 'latchkey',
  OIDC_GOOGLE_CLIENT_SECRET: 'a secret',
  OIDC_GITLAB_CLIENT_ID: 'latchkey',
  OIDC_GITLAB_CLIENT_SECRET: 'a secret',
}
const PASSWORD = 'seven green bicycles at dawn'
const PEOPLE = ['Grace Hopper', 'Alan Turing', 'Edsger Dijkstra', 'Barbara Liskov', 'Donald Knuth', 'Radia Perlman']
const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36',
]
/** Sign-ins of each day, the oldest first; every third fails. */
const MONTH = [3, 4, 6, 2, 1, 5, 7, 8, 6, 7, 2, 1, 6, 9, 8, 7, 9, 3, 2, 8, 9, 11, 8, 9, 3, 2, 9, 12, 10, 6]

const addressOf = (name: string) => `${name.toLowerCase().replace(' ', '.')}@example.org`

async function seed(server: TestServer) {
  const start = Date.now()
  mock.timers.enable({ apis: ['Date'], now: start - days(30) })
  for (const person of [ADA, BOB, ...PEOPLE.map(name => ({ name, email: addressOf(name), password: PASSWORD }))])
    await server.register(person)
  const admin = await Role.findOne({ where: { name: 'admin' }, rejectOnEmpty: true })
  await (await User.findOne({ where: { email: ADA.email }, rejectOnEmpty: true })).addRole(admin)
  for (const [day, count] of MONTH.entries()) {
    mock.timers.setTime(start - days(MONTH.length - 1 - day) - hours(1))
    for (let each = 0; each < count; each++) await visit(server, each)
  }
  await User.update({ emailVerifiedAt: new Date() }, { where: { email: { [Op.ne]: BOB.email } } })
  mock.timers.reset()
  for (const agent of AGENTS)
    await server.agent().post('/auth/login').set('User-Agent', agent).send(credentials(ADA)).expect(200)
}

const credentials = ({ email, password }: typeof ADA) => ({ email, password })

async function visit(server: TestServer, each: number) {
  const name = PEOPLE[each % PEOPLE.length] ?? ''
  const request = server
    .agent()
    .post('/auth/login')
    .set('User-Agent', AGENTS[each % AGENTS.length] ?? '')
  await request.send({ email: addressOf(name), password: each % 3 === 2 ? 'a slip of the finger' : PASSWORD })
}

const shots: Record<string, (page: Page) => Promise<unknown>> = {
  'sign-in': async page => {
    await page.goto('/sign-in')
    await page.getByLabel('Password', { exact: true }).waitFor()
  },
  account: page => open(page, '/account/security', '.item'),
  sessions: page => open(page, '/account/sessions', 'section li'),
  overview: page => open(page, '/admin', 'details'),
  users: page => open(page, '/admin/users', 'tbody tr'),
  audit: page => open(page, '/admin/audit', '.event-list li'),
}

/** @param shown what is there when the page is */
async function open(page: Page, address: string, shown: string) {
  if (new URL(page.url()).pathname === '/sign-in') await signIn(page)
  await page.goto(address)
  await page.locator(shown).first().waitFor()
}

async function signIn(page: Page) {
  await page.getByLabel('Email or username').fill(ADA.email)
  await page.getByLabel('Password', { exact: true }).fill(ADA.password)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/account')
}

async function shoot(browser: Browser, baseURL: string) {
  for (const [size, look] of Object.entries(LOOKS)) {
    const context = await browser.newContext({ baseURL, ...look, userAgent: AGENTS[2] ?? '' })
    const page = await context.newPage()
    for (const [name, show] of Object.entries(shots)) {
      await show(page)
      await page.screenshot({ path: path.join(FOLDER, `${name}-${size}.png`) })
    }
    await context.close()
  }
}

await preparePages()
const port = await freePort()
const origin = `http://localhost:${port}`
const server = await startServer({ PORT: String(port), BASE_URL: origin, ...PROVIDERS })
await seed(server)
const browser = await launchChromium()
await shoot(browser, origin)
await browser.close()
await server.close()
