import fc from 'fast-check'
import { grant } from '../../support/api-client.ts'
import { ADA, startServer, type TestServer } from '../../support/harness.ts'
import { check, recover, WAYS } from './recovery.ts'
import { copyCookies, steps, UNREACHABLE_PROVIDER } from './steps.ts'
import { type Beginning, HOLDINGS, ORIGIN, World } from './world.ts'

/** A server with an administrator. */
export async function startStage(): Promise<TestServer> {
  const server = await startServer({
    HASH_QUEUE: '100',
    BASE_URL: ORIGIN,
    SIGN_IN_WITH: 'password,passkey,email',
    ...UNREACHABLE_PROVIDER,
  })
  await server.register()
  await grant(ADA, 'admin')
  return server
}

const BEGINNINGS = fc.record<Beginning>({
  registeredFirst: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
  holds: fc.subarray([...HOLDINGS], { minLength: 1 }),
  factor: fc.constantFrom('none', 'app', 'passkey'),
  verified: fc.boolean(),
  trusted: fc.boolean(),
})

/**
 * Any beginning, any steps of owner and thief, and a recovery by any way, after which the thief has nothing.
 * @param given what is not random about the beginning
 */
export function takenBack(stage: TestServer, given: Partial<Beginning> = {}) {
  return fc.asyncProperty(BEGINNINGS, steps(), fc.constantFrom(...WAYS), async (beginning, commands, way) => {
    const world = new World(stage, { ...beginning, ...given })
    await world.begin()
    copyCookies(world)
    await fc.asyncModelRun(() => ({ model: {}, real: world }), commands)
    await recover(world, way)
    await check(world)
  })
}
