import { Op, type Sequelize, type WhereOptions } from 'sequelize'
import { z } from 'zod'
import type { Env } from '../../configs/env.ts'
import { ApiToken } from '../../models/api-token.ts'
import type { AuditEvent } from '../../models/audit-event.ts'
import type { Audit, AuditEntry } from '../audit/audit.ts'
import { days } from '../durations.ts'
import { lockUser } from '../identity/lock-user.ts'
import type { Principal } from '../identity/principal.ts'
import type { InvalidationChannel } from '../invalidation/channel.ts'
import { beyond, type Page, type PageWish, pageOfRows, positionOf, TIME_VALUE } from '../keyset.ts'
import { noticeFor } from '../links/notice.ts'
import type { Mailer } from '../mail/mailer.ts'
import { problems } from '../problems.ts'
import { hashOf, idOf, newPersonalToken } from './personal-token.ts'

/** Per user (ASVS 2.3.2; docs/api-access.md). */
export const TOKENS_AT_MOST = 50
const USUAL_LIFETIME = days(90)

const TokenIdSchema = z.string().regex(/^[0-9A-Za-z]{16}$/)

export type TokenDeps = {
  env: Pick<Env, 'TOKEN_LIFETIME_MAX'>
  sequelize: Sequelize
  channel: InvalidationChannel
  audit: Audit
}

type CreationDeps = TokenDeps & { env: Pick<Env, 'BASE_URL'>; mailer: Mailer }

type Wanted = { name: string; scopes: string[]; expiresInDays?: number | undefined }

/**
 * Tells the owner by email (ASVS 6.3.7); the token is never shown again (ASVS 14.2.6).
 * @throws 422 for an invalid scope or lifetime, 409 for one token too many
 */
export async function createToken(
  { env, sequelize, audit, mailer }: CreationDeps,
  owner: Principal,
  sessionId: string,
  { name, scopes, expiresInDays }: Wanted,
): Promise<{ row: ApiToken; token: string }> {
  demandOwnPermissions(owner, scopes)
  const expires = new Date(Date.now() + lifetimeOf(env, expiresInDays))
  const { id, token, tokenHash } = newPersonalToken()
  const row = await sequelize.transaction(async () => {
    const user = await lockUser({ userId: owner.id, sessionId })
    await demandRoom(owner.id)
    const made = await ApiToken.create({ id, userId: owner.id, tokenHash, name, scopes: [...new Set(scopes)], expires })
    const notice = await noticeFor({ env }, user)
    const data = { ...notice, token: name, expires: expires.toISOString() }
    await mailer.send({ to: user.email, language: user.language, template: 'token-created', data })
    const details = { token: id, scopes: made.scopes, expires: expires.toISOString() }
    await audit.record('authn_token_created', { userId: owner.id, details })
    return made
  })
  return { row, token }
}

/** Unexpired tokens, newest first. @throws 422 for an invalid cursor */
export async function listTokens(
  sequelize: Sequelize,
  userId: string,
  { limit, cursor }: PageWish,
): Promise<Page<ApiToken>> {
  const after = positionOf(cursor, TIME_VALUE, TokenIdSchema)
  const rows = await ApiToken.findAll({
    where: {
      userId,
      expires: { [Op.gt]: new Date() },
      ...(after && { [Op.and]: beyond(sequelize, ['createdAt', 'id'], 'DESC', [new Date(after.value), after.id]) }),
    },
    order: [
      ['createdAt', 'DESC'],
      ['id', 'DESC'],
    ],
    limit: limit + 1,
  })
  return pageOfRows(rows, limit, ({ createdAt, id }) => ({ value: createdAt.toISOString(), id }))
}

export async function revokeOwnToken(deps: TokenDeps, userId: string, id: string): Promise<boolean> {
  const by = { actorId: userId, details: { by: 'owner' } }
  return (await revoke(deps, { id, userId }, 'authn_token_revoked', by)) !== undefined
}

export async function revokeTokenOf(deps: TokenDeps, userId: string, id: string, actorId: string): Promise<boolean> {
  const by = { actorId, details: { by: 'administrator' } }
  return (await revoke(deps, { id, userId }, 'authn_token_revoked', by)) !== undefined
}

/** @returns the owner's id, or undefined if there is no such token */
export function revokeToken(deps: TokenDeps, by: AuditEntry, id: string): Promise<string | undefined> {
  return revoke(deps, { id }, 'authn_token_revoked', by)
}

/** Possession of the token is enough to revoke it. */
export async function reportToken(deps: TokenDeps, token: string): Promise<void> {
  const id = idOf(token)
  const by = { actorId: null, details: { by: 'finder' } }
  if (id !== undefined) await revoke(deps, { id, tokenHash: hashOf(token) }, 'authn_token_reported', by)
}

/** Only the call that deletes the row records it. */
async function revoke(
  { sequelize, channel, audit }: TokenDeps,
  where: WhereOptions<ApiToken>,
  event: AuditEvent,
  by: AuditEntry,
) {
  const revoked = await sequelize.transaction(async () => {
    const token = await ApiToken.findOne({ where })
    if (!token || (await ApiToken.destroy({ where: { id: token.id } })) !== 1) return undefined
    await audit.record(event, { ...by, userId: token.userId, details: { token: token.id, ...by.details } })
    return token
  })
  if (revoked) channel.publish({ kind: 'token', id: revoked.id })
  return revoked?.userId
}

function demandOwnPermissions({ permissions }: Principal, scopes: string[]) {
  const errors = scopes.flatMap((scope, at) =>
    permissions.has(scope)
      ? []
      : [{ pointer: `#/scopes/${at}`, detail: `You do not have the permission ${scope}.`, code: 'not_granted' }],
  )
  if (errors.length > 0) throw problems.invalid(errors)
}

function lifetimeOf({ TOKEN_LIFETIME_MAX: most }: TokenDeps['env'], expiresInDays: number | undefined) {
  if (expiresInDays === undefined) return Math.min(USUAL_LIFETIME, most)
  if (days(expiresInDays) <= most) return days(expiresInDays)
  const detail = `Choose at most ${Math.floor(most / days(1))} days.`
  throw problems.invalid([{ pointer: '#/expiresInDays', detail, code: 'too_long' }])
}

async function demandRoom(userId: string) {
  await ApiToken.destroy({ where: { userId, expires: { [Op.lte]: new Date() } } })
  if ((await ApiToken.count({ where: { userId } })) < TOKENS_AT_MOST) return
  throw problems.tooManyTokens(TOKENS_AT_MOST)
}
