import { type Adapter, type AdapterPayload, errors } from 'oidc-provider'
import { Op } from 'sequelize'
import { OidcArtifact } from '../../models/oidc-artifact.ts'
import { seconds } from '../durations.ts'
import { hashOf, USER_CODE } from './artifact-hash.ts'

/** Two tabs may use the same refresh token at once; a later reuse revokes the grant (RFC 9700, 4.14.2). */
const REUSE_GRACE = seconds(10)

/** Used once, even by parallel requests. */
const SINGLE_USE = ['AuthorizationCode', 'DeviceCode', 'PushedAuthorizationRequest']

/** The codes and tokens of oidc-provider, under the hash of their value. */
export function createArtifactAdapter(kind: string): Adapter {
  const whereOf = (id: string) => ({ kind, idHash: hashOf(kind, id) })

  return {
    async upsert(id, payload, expiresIn) {
      // Neither can be derived from its hash, so that the table opens nothing.
      const { jti: _, userCode, ...stored } = payload
      await OidcArtifact.upsert({
        ...whereOf(id),
        payload: JSON.stringify(stored),
        grantId: payload.grantId ?? null,
        sessionId: payload.sessionUid ?? payload.session?.uid ?? sessionOfGrant(kind, id),
        userId: payload.accountId ?? payload.session?.accountId ?? null,
        clientId: payload.clientId ?? clientIn(payload),
        ...(typeof userCode === 'string' && { userCodeHash: hashOf(USER_CODE, userCode) }),
        expires: new Date(Date.now() + seconds(expiresIn ?? 0)),
      })
    },

    async find(id) {
      const row = await OidcArtifact.findOne({ where: { ...whereOf(id), expires: { [Op.gt]: new Date() } } })
      return row ? { ...payloadOf(row), jti: id } : undefined
    },

    async findByUserCode(userCode) {
      const where = { kind, userCodeHash: hashOf(USER_CODE, userCode), expires: { [Op.gt]: new Date() } }
      const row = await OidcArtifact.findOne({ where })
      return row ? { ...payloadOf(row), userCode } : undefined
    },

    findByUid: async () => undefined,

    /** @throws InvalidGrant if a parallel request was first */
    async consume(id) {
      const [consumed] = await OidcArtifact.update(
        { consumedAt: new Date() },
        { where: { ...whereOf(id), consumedAt: null } },
      )
      if (consumed === 0 && SINGLE_USE.includes(kind)) throw new errors.InvalidGrant('already used')
    },

    async destroy(id) {
      await OidcArtifact.destroy({ where: whereOf(id) })
    },

    async revokeByGrantId(grantId) {
      await OidcArtifact.destroy({ where: { kind, grantId } })
    },
  }
}

function payloadOf({ kind, payload, consumedAt }: OidcArtifact): AdapterPayload {
  const consumed = consumedAt && !isInGrace(kind, consumedAt) ? Math.floor(consumedAt.getTime() / 1000) : undefined
  return { ...JSON.parse(payload), ...(consumed !== undefined && { consumed }) }
}

function isInGrace(kind: string, consumedAt: Date): boolean {
  return kind === 'RefreshToken' && Date.now() - consumedAt.getTime() < REUSE_GRACE
}

function sessionOfGrant(kind: string, id: string): string | null {
  return kind === 'Grant' ? (id.split(':')[0] ?? null) : null
}

function clientIn({ params }: AdapterPayload): string | null {
  return typeof params?.client_id === 'string' ? params.client_id : null
}
