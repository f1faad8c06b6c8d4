import type { Adapter, AdapterPayload } from 'oidc-provider'
import { OidcArtifact } from '../../models/oidc-artifact.ts'
import { countFactors } from '../factors/factors.ts'
import { strongestProof } from '../factors/policy.ts'
import type { AuthenticationFacts } from '../sessions/facts.ts'
import type { LiveSession } from '../sessions/row.ts'
import type { SessionStore } from '../sessions/store.ts'
import { acrOf, amrOf } from './authentication.ts'
import { grantIdOf } from './grant-id.ts'

/**
 * Shows oidc-provider our session as its own, so that it has no other. Its session id and uid are the public id of ours; what it would
 * store is derived.
 */
export function createSessionAdapter(store: SessionStore): Adapter {
  async function find(publicId: string): Promise<AdapterPayload | undefined> {
    const live = await store.findByPublicId(publicId)
    return live && (await payloadOf(live))
  }

  async function ignore() {}

  return {
    find,
    findByUid: find,
    findByUserCode: async () => undefined,
    upsert: ignore,
    consume: ignore,
    destroy: ignore,
    revokeByGrantId: ignore,
  }
}

async function payloadOf(live: LiveSession): Promise<AdapterPayload | undefined> {
  const { publicId, principal, createdAt, expires } = live
  const { auth, review }: { auth?: AuthenticationFacts; review?: true } = JSON.parse(live.data)
  if (!principal || review) return undefined
  const provenAt = (await strongestProof(auth, () => countFactors(principal.id))) ?? auth?.at ?? createdAt
  return {
    kind: 'Session',
    jti: publicId,
    uid: publicId,
    accountId: principal.id,
    loginTs: Math.floor(provenAt / 1000),
    acr: acrOf(auth?.factors),
    amr: amrOf(auth?.factors),
    authorizations: await authorizationsOf(publicId),
    iat: Math.floor(createdAt / 1000),
    exp: Math.ceil(expires / 1000),
  }
}

async function authorizationsOf(publicId: string) {
  const grants = await OidcArtifact.findAll({ attributes: ['clientId'], where: { kind: 'Grant', sessionId: publicId } })
  const clients = grants.map(({ clientId }) => clientId).filter(clientId => clientId !== null)
  return Object.fromEntries(clients.map(id => [id, { sid: publicId, grantId: grantIdOf(publicId, id) }]))
}
