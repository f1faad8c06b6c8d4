import { call } from '../api.ts'
import { departure } from '../router.ts'

/**
 * Leaves for a provider, whose answer leads back to `returnTo`.
 * @param path what asks for the way there
 * @throws Cancelled where something that is shown once holds somebody back
 */
export async function leaveFor(path: string, provider: string, returnTo: string): Promise<void> {
  await departure.demand()
  const { location: there } = await call<{ location: string }>('POST', path, { provider, returnTo })
  location.assign(there)
}
