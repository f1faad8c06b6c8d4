import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { Op } from 'sequelize'
import { withinTransaction } from '../../configs/database/transactions.ts'
import { ClientSecret } from '../../models/client-secret.ts'
import type { AuditEntry } from '../audit/audit.ts'
import { days, minutes } from '../durations.ts'
import { problems } from '../problems.ts'
import { aboutClient, type ClientDeps, hasSecrets, lockClient } from './clients.ts'

/** The old one, the new one, and room for several installations. */
export const SECRETS_AT_MOST = 10
const PREFIX_LENGTH = 8
/** The precision of `lastUsedAt`, to limit writes. */
const NOTE_USE_EVERY = minutes(1)

type SecretDeps = Pick<ClientDeps, 'sequelize' | 'audit'>

/** Newest first. */
export function secretsOf(clientId: string): Promise<ClientSecret[]> {
  return ClientSecret.findAll({
    where: { clientId },
    order: [
      ['createdAt', 'DESC'],
      ['id', 'DESC'],
    ],
    limit: SECRETS_AT_MOST,
  })
}

/**
 * The secret is never shown again (ASVS 14.2.6).
 * @throws 404, 409 for a client that has none, or has too many
 */
export async function addSecret(
  deps: SecretDeps,
  by: AuditEntry,
  clientId: string,
  { expiresInDays }: { expiresInDays?: number | undefined } = {},
): Promise<{ row: ClientSecret; secret: string }> {
  const { secret, secretHash } = newSecret()
  const expires = expiresInDays === undefined ? null : new Date(Date.now() + days(expiresInDays))
  const row = await keepSecret(deps, by, { clientId, secretHash, prefix: secret.slice(0, PREFIX_LENGTH), expires })
  return { row, secret }
}

/** 256 random bits need no slow hash (ASVS 11.4.2). */
export function newSecret(): { secret: string; secretHash: string } {
  const secret = `lks_${randomBytes(32).toString('base64url')}`
  return { secret, secretHash: digestOf(secret).toString('hex') }
}

/** For a secret that somebody else made and of which only the hash is known. @throws 404, 409 */
export async function addSecretHash(deps: SecretDeps, by: AuditEntry, clientId: string, secretHash: string) {
  await keepSecret(deps, by, { clientId, secretHash, prefix: '', expires: null })
}

type KeptSecret = { clientId: string; secretHash: string; prefix: string; expires: Date | null }

function keepSecret({ sequelize, audit }: SecretDeps, by: AuditEntry, secret: KeptSecret) {
  return withinTransaction(sequelize, async () => {
    const client = await lockClient(secret.clientId)
    if (!hasSecrets(client)) throw problems.noSecretsFor(client.authMethod)
    await ClientSecret.destroy({ where: { clientId: client.id, expires: { [Op.lte]: new Date() } } })
    if ((await ClientSecret.count({ where: { clientId: client.id } })) >= SECRETS_AT_MOST)
      throw problems.tooManyClientSecrets(SECRETS_AT_MOST)
    const row = await ClientSecret.create(secret)
    const details = { secret: row.id, expires: row.expires?.toISOString() ?? null }
    await audit.record('client_secret_added', aboutClient(by, client.id, details))
    return row
  })
}

/** @throws 404 */
export async function removeSecret({ sequelize, audit }: SecretDeps, by: AuditEntry, clientId: string, id: string) {
  await sequelize.transaction(async () => {
    if ((await ClientSecret.destroy({ where: { id, clientId } })) === 0)
      throw problems.notFound('secret', `GET /api/v1/clients/${clientId}/secrets`)
    await audit.record('client_secret_removed', aboutClient(by, clientId, { secret: id }))
  })
}

/** Whether it is one of the unexpired secrets of the client. */
export async function isSecretValid(clientId: string, secret: string): Promise<boolean> {
  const now = new Date()
  const unexpired = { [Op.or]: [{ expires: null }, { expires: { [Op.gt]: now } }] }
  const secrets = await ClientSecret.findAll({ where: { clientId, ...unexpired } })
  const digest = digestOf(secret)
  const used = secrets.find(({ secretHash }) => timingSafeEqual(Buffer.from(secretHash, 'hex'), digest))
  if (!used) return false
  await noteUse(used, now)
  return true
}

const digestOf = (secret: string): Buffer => hash('sha256', secret, 'buffer')

/** A write that fails must not keep the client from signing its users in. */
async function noteUse({ id, lastUsedAt }: ClientSecret, now: Date) {
  if (lastUsedAt !== null && now.getTime() - lastUsedAt.getTime() < NOTE_USE_EVERY) return
  await ClientSecret.update({ lastUsedAt: now }, { where: { id } }).catch(() => {})
}
