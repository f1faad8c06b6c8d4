import { call } from '../api.ts'
import type { WhoAmI } from '../session.ts'
import { site } from '../site.ts'
import type { LinkedProviders } from './prove-by-provider.tsx'

export type Way = 'password' | 'email' | 'provider' | 'code' | 'recoveryCode' | 'passkey'

type Factors = { totp: object | null; passkeys: object[]; recoveryCodesLeft: number }

/** What somebody can prove with. */
export type Means = Factors & { linked: LinkedProviders }

export const NONE: Means = { totp: null, passkeys: [], recoveryCodesLeft: 0, linked: [] }

export async function loadMeans(): Promise<Means> {
  const factors = await call<Factors>('GET', '/auth/factors')
  const available = site.providers.filter(each => each.available)
  if (factors.totp || factors.passkeys.length > 0 || available.length === 0) return { ...factors, linked: [] }
  const { items } = await call<{ items: { provider: string }[] }>('GET', '/auth/identities')
  return { ...factors, linked: available.filter(({ name }) => items.some(({ provider }) => provider === name)) }
}

/** A password, the mailbox or a provider counts only for a user without a second factor (ASVS 6.4.4). */
export function waysOf({ totp, passkeys, recoveryCodesLeft, linked }: Means, me: WhoAmI | undefined): Way[] {
  const ways: Way[] = []
  if (totp) ways.push('code')
  if (passkeys.length > 0) ways.push('passkey')
  if (ways.length === 0) return firstWaysOf(linked, me)
  return recoveryCodesLeft > 0 ? [...ways, 'recoveryCode'] : ways
}

/** After a sign-in with a provider this comes first: the account may have no password. */
function firstWaysOf(linked: LinkedProviders, me: WhoAmI | undefined): Way[] {
  const ways: Way[] = []
  if (site.offers('password')) ways.push('password')
  if (site.offers('email') && me?.user.email) ways.push('email')
  if (linked.length === 0) return ways
  return me?.factors.includes('provider') ? ['provider', ...ways] : [...ways, 'provider']
}
