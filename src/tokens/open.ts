import type { Database } from '../../configs/database.ts'
import type { Env } from '../../configs/env.ts'
import type { Sealer } from '../encryption/sealer.ts'
import type { InvalidationChannel } from '../invalidation/channel.ts'
import type { SessionStore } from '../sessions/store.ts'
import type { AccessTokens } from './access-tokens.ts'
import { createAccessTokens } from './access-tokens.ts'
import { createApplicationGrants } from './application-grants.ts'
import type { KeyRing } from './key-ring.ts'
import { createKeyRing } from './key-ring.ts'
import type { PersonalTokens } from './personal-tokens.ts'
import { createPersonalTokens } from './personal-tokens.ts'
import type { RevokedFeed } from './revoked-feed.ts'
import { createRevokedFeed } from './revoked-feed.ts'
import { createSigningKeys } from './signing-keys.ts'

type Given = { env: Env; database: Database; sealer: Sealer; channel: InvalidationChannel; store: SessionStore }
type Opened = { keyRing: KeyRing; personalTokens: PersonalTokens; accessTokens: AccessTokens; revokedFeed: RevokedFeed }

export async function openTokens({ env, database, sealer, channel, store }: Given): Promise<Opened> {
  const keys = createSigningKeys(database, sealer)
  const keyRing = createKeyRing({ keys, channel, age: env.SIGNING_KEY_AGE })
  await keyRing.refresh()
  return {
    keyRing,
    personalTokens: createPersonalTokens({ database, channel, cacheSize: env.SESSION_CACHE }),
    accessTokens: createAccessTokens({ env, ring: keyRing, store, channel, grants: createApplicationGrants(database) }),
    revokedFeed: createRevokedFeed({ env, database, ring: keyRing }),
  }
}
