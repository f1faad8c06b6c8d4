import { Op, type Sequelize } from 'sequelize'
import { Client } from '../../models/client.ts'
import { Consent } from '../../models/consent.ts'
import { grantIn, OidcArtifact, whereGrantsToDocuments } from '../../models/oidc-artifact.ts'
import type { Audit } from '../audit/audit.ts'
import { seconds } from '../durations.ts'
import { type Asking, lockUser } from '../identity/lock-user.ts'
import { problems } from '../problems.ts'
import { findClient } from './clients.ts'
import { hostOf } from './documented-client.ts'

const MOST_CONSENTS = 500

/** @returns undefined if the user never agreed */
export async function consentedScopes(userId: string, clientId: string): Promise<string[] | undefined> {
  const consent = await Consent.findOne({ where: { userId, clientId } })
  return consent?.scopes
}

/** Not for clients that are known by a document only, which may change. */
export async function rememberConsent(userId: string, clientId: string, scopes: string[]) {
  if (!(await findClient(clientId))) return
  const earlier = (await consentedScopes(userId, clientId)) ?? []
  await Consent.upsert({ userId, clientId, scopes: [...new Set([...earlier, ...scopes])].sort() })
}

/** How a consent names the scope of a resource. */
export function scopeOf(resource: string, scope: string): string {
  return `${resource} ${scope}`
}

type ResourceScopes = { resource: string; name: string; scopes: string[] }

export type Granted = {
  client: { id: string; name: string }
  scopes: string[]
  resources: ResourceScopes[]
  grantedAt: Date
}

/** What the user allowed applications to see and do, by the name of the application. */
export async function listGranted(userId: string): Promise<Granted[]> {
  const remembered = await Consent.findAll({ where: { userId }, limit: MOST_CONSENTS })
  const consents = [...remembered, ...(await grantedToDocuments(userId))]
  const clients = await Client.findAll({ where: { id: consents.map(({ clientId }) => clientId) } })
  const names = new Map(clients.map(({ id, name }) => [id, name]))
  const servers = await serversOf(consents.flatMap(({ scopes }) => scopes))
  return consents
    .map(({ clientId, scopes, createdAt }) => ({
      client: { id: clientId, name: names.get(clientId) ?? hostOf(clientId) ?? clientId },
      scopes: scopes.filter(scope => !scope.includes(' ')),
      resources: byResource(scopes, servers),
      grantedAt: createdAt,
    }))
    .sort((one, other) => one.client.name.localeCompare(other.client.name))
}

/** No consent is remembered for them, so their grants in all sessions tell. */
async function grantedToDocuments(userId: string): Promise<Allowed[]> {
  const grants = await OidcArtifact.findAll({
    attributes: ['clientId', 'payload'],
    where: { ...whereGrantsToDocuments(userId), expires: { [Op.gt]: new Date() } },
    limit: MOST_CONSENTS,
  })
  const byClient = Map.groupBy(grants, ({ clientId }) => clientId ?? '')
  return [...byClient].map(([clientId, rows]) => {
    const granted = rows.map(({ payload }) => grantIn(payload))
    const scopes = new Set(granted.flatMap(each => each.scopes))
    return {
      clientId,
      scopes: [...scopes].sort(),
      createdAt: new Date(seconds(Math.min(...granted.map(({ iat }) => iat)))),
    }
  })
}

type Allowed = Pick<Consent, 'clientId' | 'scopes' | 'createdAt'>

/** Names of resources by their identifiers. */
async function serversOf(scopes: string[]): Promise<Map<string, string>> {
  const resources = new Set(scopes.filter(scope => scope.includes(' ')).map(scope => scope.split(' ')[0] ?? ''))
  if (resources.size === 0) return new Map()
  const servers = await Client.findAll({ where: { resource: { [Op.in]: [...resources] } }, limit: resources.size })
  return new Map(servers.map(({ resource, name }) => [resource ?? '', name]))
}

function byResource(scopes: string[], servers: Map<string, string>): ResourceScopes[] {
  const pairs = scopes.filter(scope => scope.includes(' ')).map(scope => scope.split(' '))
  return [...Map.groupBy(pairs, ([resource = '']) => resource)].map(([resource, group]) => ({
    resource,
    name: servers.get(resource) ?? resource,
    scopes: group.map(([, scope = '']) => scope),
  }))
}

type WithdrawDeps = { sequelize: Sequelize; audit: Audit }

/** Ends everything that the application holds for the user. @throws 404 */
export async function withdrawConsent({ sequelize, audit }: WithdrawDeps, asking: Asking, clientId: string) {
  const { userId, sessionId } = asking
  await sequelize.transaction(async () => {
    await lockUser(asking)
    const withdrawn = await Consent.destroy({ where: { userId, clientId } })
    const ended = await OidcArtifact.destroy({ where: { userId, clientId, kind: 'Grant' } })
    if (withdrawn + ended === 0)
      throw problems.notFound('application that you allowed something', 'GET /auth/applications')
    await OidcArtifact.destroy({ where: { userId, clientId } })
    await audit.record('consent_withdrawn', { userId, sessionId, details: { client: clientId } })
  })
}
