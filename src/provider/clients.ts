import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { Op, type Sequelize, Transaction } from 'sequelize'
import { z } from 'zod'
import { withinTransaction } from '../../configs/database/transactions.ts'
import { Client } from '../../models/client.ts'
import { ClientSecret } from '../../models/client-secret.ts'
import { LogoutNotice } from '../../models/logout-notice.ts'
import { OidcArtifact } from '../../models/oidc-artifact.ts'
import { User } from '../../models/user.ts'
import type { Audit, AuditEntry } from '../audit/audit.ts'
import { beyond, type Page, type PageWish, pageOfRows, positionOf, TEXT_VALUE } from '../keyset.ts'
import { problems } from '../problems.ts'
import { unlessTaken } from '../unless-taken.ts'
import { demandConsistent, type RuleEnv } from './client-rules.ts'
import { type ClientChange, type ClientContent, ClientIdSchema, type NewClient } from './client-schema.ts'

export type ClientDeps = { env: RuleEnv; sequelize: Sequelize; audit: Audit }

/** By name. @throws 422 for an invalid cursor */
export async function readClients(sequelize: Sequelize, { limit, cursor }: PageWish): Promise<Page<Client>> {
  const after = positionOf(cursor, TEXT_VALUE, ClientIdSchema)
  const rows = await Client.findAll({
    ...(after && { where: { [Op.and]: beyond(sequelize, ['name', 'id'], 'ASC', [after.value, after.id]) } }),
    order: ['name', 'id'],
    limit: limit + 1,
  })
  return pageOfRows(rows, limit, ({ name, id }) => ({ value: name, id }))
}

/** Disabled clients too. @param id may come from a stranger */
export async function findClient(id: string): Promise<Client | null> {
  return ClientIdSchema.safeParse(id).success ? await Client.findByPk(id) : null
}

/** @throws 404 */
export async function clientById(id: string): Promise<Client> {
  const client = await findClient(id)
  if (!client) throw problems.notFound('client', 'GET /api/v1/clients')
  return client
}

/** For changes, inside a transaction. @throws 404 */
export async function lockClient(id: string): Promise<Client> {
  const client = await Client.findByPk(id, { lock: Transaction.LOCK.UPDATE })
  if (!client) throw problems.notFound('client', 'GET /api/v1/clients')
  return client
}

/** @throws 422, 409 `client_exists` */
export function createClient(
  { env, sequelize, audit }: ClientDeps,
  by: AuditEntry,
  { id = randomUUID(), ...content }: NewClient,
): Promise<Client> {
  return withinTransaction(sequelize, async () => {
    await demandConsistent(env, content)
    // A token of the client for itself has its ID as `sub` (RFC 9068, section 5).
    if (await isUserId(id)) throw problems.clientExists()
    const client = await unlessTaken(Client.create({ id, ...columnsOf(content, null) }), problems.clientExists)
    await audit.record('client_created', aboutClient(by, id))
    return client
  })
}

/** PostgreSQL refuses to compare its UUIDs with other text. */
async function isUserId(id: string): Promise<boolean> {
  return z.uuid().safeParse(id).success && (await User.count({ where: { id } })) > 0
}

/**
 * Secrets that the new authentication method does not use are removed, so that changing it back revives none.
 * @param unchanged throws if the client changed since it was read
 * @throws 404, 422, 409 `client_exists`
 */
export function updateClient(
  { env, sequelize, audit }: ClientDeps,
  by: AuditEntry,
  id: string,
  change: ClientChange,
  unchanged: (client: Client) => void = () => {},
): Promise<Client> {
  return withinTransaction(sequelize, async () => {
    const client = await lockClient(id)
    unchanged(client)
    const before = contentOf(client)
    const content = merged(before, change)
    const fields = differences(before, content)
    if (fields.length === 0) return client
    await demandConsistent(env, content)
    await unlessTaken(client.update(columnsOf(content, client.disabledAt)), problems.clientExists)
    if (!hasSecrets(client)) await ClientSecret.destroy({ where: { clientId: id } })
    await audit.record('client_updated', aboutClient(by, id, { fields }))
    return client
  })
}

/** With its secrets. @throws 404 */
export async function deleteClient({ sequelize, audit }: ClientDeps, by: AuditEntry, id: string): Promise<void> {
  await sequelize.transaction(async () => {
    const client = await lockClient(id)
    await ClientSecret.destroy({ where: { clientId: id } })
    await OidcArtifact.destroy({ where: { clientId: id } })
    // A trigger queued one for each grant.
    await LogoutNotice.destroy({ where: { clientId: id } })
    await client.destroy()
    await audit.record('client_deleted', aboutClient(by, id))
  })
}

export const hasSecrets = ({ authMethod }: Pick<Client, 'authMethod'>): boolean =>
  authMethod === 'client_secret_basic' || authMethod === 'client_secret_post'

export function aboutClient(by: AuditEntry, id: string, details: AuditEntry['details'] = {}): AuditEntry {
  return { ...by, details: { client: id, ...details, ...by.details } }
}

export function contentOf(client: Client): ClientContent {
  const { id, createdAt, ...content } = client.toPublic()
  return content as ClientContent
}

/** Names of the fields that differ. */
export function differences(before: ClientContent, after: ClientContent): (keyof ClientContent)[] {
  return (Object.keys(after) as (keyof ClientContent)[]).filter(
    field => !isDeepStrictEqual(before[field], after[field]),
  )
}

function merged(before: ClientContent, change: ClientChange): ClientContent {
  const entries = Object.entries(change).filter(([, value]) => value !== undefined)
  return { ...before, ...Object.fromEntries(entries) }
}

function columnsOf({ disabled, ...columns }: ClientContent, disabledAt: Date | null) {
  return { ...columns, disabledAt: disabled ? (disabledAt ?? new Date()) : null }
}
