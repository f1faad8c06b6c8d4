import type { Sequelize } from 'sequelize'
import { Consent } from '../../models/consent.ts'
import { Device } from '../../models/device.ts'
import { Identity } from '../../models/identity.ts'
import { grantIn, OidcArtifact, whereGrantsToDocuments } from '../../models/oidc-artifact.ts'
import { User } from '../../models/user.ts'
import { allEvents } from '../audit/search.ts'
import { MOST_DEVICES } from '../devices/devices.ts'
import { seconds } from '../durations.ts'
import { listFactors } from '../factors/factors.ts'
import { withRoles } from '../identity/load-roles.ts'
import type { SessionStore } from '../sessions/store.ts'
import type { ListedSession } from '../sessions/table.ts'
import { listTokens, TOKENS_AT_MOST } from '../tokens/manage-tokens.ts'

const BATCH = 100
/** Of applications that only a document describes, for which no consent is kept. */
const MOST_GRANTS = 500

type ExportDeps = { sequelize: Sequelize; store: SessionStore }

/** All data about a user, without secrets (GDPR article 15 and 20), as parts of one JSON object. */
export async function* exportData({ sequelize, store }: ExportDeps, userId: string): AsyncGenerator<string> {
  const user = await withRoles(await User.findByPk(userId, { rejectOnEmpty: true }))
  const devices = await Device.findAll({ where: { userId }, order: ['createdAt'], limit: MOST_DEVICES })
  const identities = await Identity.findAll({ where: { userId }, order: ['createdAt'] })
  const consents = await Consent.findAll({ where: { userId }, order: ['clientId'] })
  const grants = await OidcArtifact.findAll({
    where: whereGrantsToDocuments(userId),
    order: ['clientId'],
    limit: MOST_GRANTS,
  })
  const { items: tokens } = await listTokens(sequelize, userId, { limit: TOKENS_AT_MOST })
  const known = {
    exportedAt: new Date().toISOString(),
    account: user.toPublic(),
    devices: devices.map(describeDevice),
    secondFactors: await listFactors(userId),
    identities: identities.map(describeIdentity),
    applications: [...consents.map(describeConsent), ...grants.map(describeGrant)],
    tokens: tokens.map(token => token.toPublic()),
  }
  yield `${JSON.stringify(known).slice(0, -1)},"sessions":[`
  yield* piecesOf(sessionsOf(store, userId))
  yield '],"activity":['
  yield* piecesOf(activityOf(sequelize, userId))
  yield ']}'
}

async function* piecesOf(items: AsyncIterable<object>): AsyncGenerator<string> {
  let separator = ''
  for await (const item of items) {
    yield separator + JSON.stringify(item)
    separator = ','
  }
}

async function* sessionsOf(store: SessionStore, userId: string) {
  let last: ListedSession | undefined
  while (true) {
    const after = last && { value: last.expires.toISOString(), id: last.publicId }
    const sessions = await store.listByUser(userId, BATCH, after)
    yield* sessions.map(describeSession)
    last = sessions.at(-1)
    if (sessions.length < BATCH) return
  }
}

async function* activityOf(sequelize: Sequelize, userId: string) {
  for await (const { at, event, address, userAgent, details } of allEvents(sequelize, { userId }))
    yield { at, event, address, userAgent, details: JSON.parse(details) }
}

function describeSession({ publicId, createdAt, lastSeenAt, expires, ip, userAgent }: ListedSession) {
  return {
    id: publicId,
    createdAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    expires: expires.toISOString(),
    address: ip,
    userAgent,
  }
}

function describeIdentity({ provider, issuer, subject, name, createdAt, lastUsedAt }: Identity) {
  return {
    provider,
    issuer,
    subject,
    accountName: name,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  }
}

function describeConsent({ clientId, scopes, createdAt }: Consent) {
  return { application: clientId, scopes, grantedAt: createdAt.toISOString() }
}

function describeGrant({ clientId, payload }: OidcArtifact) {
  const { iat, scopes } = grantIn(payload)
  return { application: clientId, scopes: scopes.sort(), grantedAt: new Date(seconds(iat)).toISOString() }
}

function describeDevice({ id, createdAt, lastSeenAt, ip, userAgent, trustedUntil }: Device) {
  return {
    id,
    createdAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    address: ip,
    userAgent,
    trustedUntil: trustedUntil?.toISOString() ?? null,
  }
}
