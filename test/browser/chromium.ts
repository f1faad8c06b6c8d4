import { existsSync } from 'node:fs'
import path from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const USUAL = '/usr/bin/chromium'
const NAMES = ['google-chrome', 'chromium-browser', 'chromium']

/** Names that resolve to this machine in the test's browser alone: unlike localhost, they are what a public address looks like. */
export const PUBLIC_NAME = 'login.example.test'
export const SIBLING_NAME = 'www.example.test'

/** Quiet: a test's browser talks to the server under test and to nobody else. */
const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--host-resolver-rules=MAP *.example.test 127.0.0.1`,
]

const onPath = (name: string) => (process.env.PATH ?? '').split(path.delimiter).map(folder => path.join(folder, name))

/** CHROMIUM_PATH if it is set, else where Chromium or Chrome usually is; undefined where there is none. */
function findChromium(): string | undefined {
  const candidates = process.env.CHROMIUM_PATH ? [process.env.CHROMIUM_PATH] : [USUAL, ...NAMES.flatMap(onPath)]
  return candidates.find(each => existsSync(each))
}

/** Without a browser there is nothing to run; only a developer's machine may lack it. */
export const mayRun = () => findChromium() !== undefined || process.env.CI === 'true'

/** The machine's own Chromium, headless, with pages kept for Back as people's browsers keep them. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium()
  if (!executablePath) throw new Error('No Chromium: install it, or set CHROMIUM_PATH to the program.')
  // Chromium refuses to run as root with its sandbox on.
  const chromiumSandbox = process.getuid?.() !== 0
  return await chromium.launch({
    executablePath,
    chromiumSandbox,
    args: FLAGS,
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  })
}
