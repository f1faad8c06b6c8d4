import type { Deps } from '../deps.ts'
import { createAccessTokens } from './access-tokens.ts'
import { createKeyRing } from './key-ring.ts'
import { createPersonalTokens } from './personal-tokens.ts'
import { createRevokedFeed } from './revoked-feed.ts'
import { createSigningKeys } from './signing-keys.ts'

type Given = Pick<Deps, 'env' | 'database' | 'sealer' | 'channel' | 'store'>
type Opened = Pick<Deps, 'keyRing' | 'personalTokens' | 'accessTokens' | 'revokedFeed'>

/** Everything about bearer tokens; the first start makes the first signing key. */
export const openTokens = async ({ env, database, sealer, channel, store }: Given): Promise<Opened> => {
  const keys = createSigningKeys(database, sealer)
  const keyRing = createKeyRing({ keys, channel, age: env.SIGNING_KEY_AGE })
  await keyRing.refresh()
  return {
    keyRing,
    personalTokens: createPersonalTokens({ database, channel, cacheSize: env.SESSION_CACHE }),
    accessTokens: createAccessTokens({ env, ring: keyRing, store, channel }),
    revokedFeed: createRevokedFeed({ env, database, ring: keyRing }),
  }
}
