import type Provider from 'oidc-provider'
import type { Client as OidcClient } from 'oidc-provider'
import { Op } from 'sequelize'
import type { Env } from '../../configs/env.ts'
import { Client } from '../../models/client.ts'
import { OidcArtifact } from '../../models/oidc-artifact.ts'
import { countFactors } from '../factors/factors.ts'
import { type Asking, lockUser } from '../identity/lock-user.ts'
import { problems } from '../problems.ts'
import { findPrincipal, mayUse, rolesOf, SCOPES } from './account.ts'
import { hashOf, USER_CODE } from './artifact-hash.ts'
import { TWO_FACTORS } from './authentication.ts'
import { rememberConsent, scopeOf } from './consents.ts'
import { describeClient } from './documented-client.ts'
import { findOrStartGrant, grantIdOf } from './grant-id.ts'
import { nameOfResource } from './resource-names.ts'
import { wantsNewerProof, wantsSecondFactor } from './wished-proof.ts'

type DeviceDeps = {
  provider: Provider
  env: Pick<Env, 'TOKEN_AUDIENCE'>
  /** Scopes at our own API. */
  permissions: readonly string[]
}

type DeviceStep = 'consent' | 'prove' | 'enrol' | 'no-access'
type Params = Record<string, unknown>
type OidcSession = InstanceType<Provider['Session']>

type AskedByDevice = {
  step: DeviceStep
  client: { id: string; name: string; host: string | null }
  scopes: string[]
  resources: { resource: string; name: string; scopes: string[] }[]
  device: { address: string | null; userAgent: string | null }
}

type Waiting = { client: OidcClient; params: Params; session: OidcSession; device: AskedByDevice['device'] }

/** What a device asks for, and what the user has to do first. @throws 404 for an unknown, used or expired code */
export async function describeDevice(deps: DeviceDeps, userCode: string, asking: Asking): Promise<AskedByDevice> {
  const waiting = await findWaiting(deps, userCode, asking)
  const { client, params, device } = waiting
  return {
    step: await stepOf(waiting, asking.userId),
    client: describeClient(client),
    scopes: oidcScopesIn(params),
    resources: await resourcesIn(deps, params),
    device,
  }
}

/**
 * The device gets its tokens for this user, until the session ends. Inside a transaction.
 * @throws 404, 403 `application_refused`, `reauthentication_required`, `second_factor_enrolment_required`
 */
export async function allowDevice(deps: DeviceDeps, userCode: string, asking: Asking) {
  const { userId, sessionId } = asking
  await lockUser(asking)
  const waiting = await findWaiting(deps, userCode, asking)
  demandReady(await stepOf(waiting, userId))
  const { client, params, session, device } = waiting
  const { clientId } = client
  const grantId = grantIdOf(sessionId, clientId)
  const resources = await resourcesIn(deps, params)
  const scopes = oidcScopesIn(params)
  const grant = await findOrStartGrant(deps.provider, { id: grantId, userId, clientId })
  grant.addOIDCScope(scopes)
  for (const { resource, scopes: atResource } of resources) grant.addResourceScope(resource, atResource)
  await grant.save()
  const allowed = [
    ...scopes,
    ...resources.flatMap(({ resource, scopes }) => scopes.map(scope => scopeOf(resource, scope))),
  ]
  await rememberConsent(userId, clientId, allowed)
  await decide(userCode, {
    accountId: userId,
    acr: session.acr,
    amr: session.amr,
    authTime: session.authTime(),
    claims: claimsIn(params),
    expiresWithSession: true,
    grantId,
    nonce: params.nonce,
    resource: resources.length > 1 ? resources.map(({ resource }) => resource) : resources[0]?.resource,
    scope: [...scopes, ...resources.flatMap(({ scopes }) => scopes)].join(' '),
    sessionUid: sessionId,
    sid: sessionId,
  })
  return { clientId, scopes: allowed, address: device.address }
}

/** The device is told `access_denied`. @throws 404 */
export async function denyDevice(deps: DeviceDeps, userCode: string, asking: Asking): Promise<void> {
  await findWaiting(deps, userCode, asking)
  await decide(userCode, { error: 'access_denied', errorDescription: 'the user turned the request down' })
}

async function findWaiting({ provider }: DeviceDeps, userCode: string, { sessionId }: Asking): Promise<Waiting> {
  const code = await provider.DeviceCode.findByUserCode(normalized(userCode))
  if (!code || code.error || code.accountId || code.consumed) throw problems.deviceCodeNotFound()
  const client = await provider.Client.find(String(code.clientId))
  if (!client) throw problems.deviceCodeNotFound()
  const session = await provider.Session.findByUid(sessionId)
  if (!session) throw problems.authenticationRequired()
  const { address, userAgent } = (code.deviceInfo ?? {}) as { address?: string; userAgent?: string }
  return {
    client,
    params: code.params ?? {},
    session,
    device: { address: address || null, userAgent: userAgent || null },
  }
}

/** As oidc-provider stores it: people type it in any case, with or without the dash. */
function normalized(userCode: string): string {
  return userCode.toUpperCase().replaceAll(/\W/g, '')
}

async function stepOf({ client, params, session }: Waiting, userId: string): Promise<DeviceStep> {
  const principal = await findPrincipal(userId)
  if (!principal || !mayUse(principal, rolesOf(client))) return 'no-access'
  if (session.acr !== TWO_FACTORS && wantsSecondFactor(client, params))
    return (await countFactors(userId)) > 0 ? 'prove' : 'enrol'
  return wantsNewerProof(params, session.authTime() ?? 0) ? 'prove' : 'consent'
}

function demandReady(step: DeviceStep) {
  if (step === 'no-access')
    throw problems.applicationRefused('Your account has none of the roles that this application requires.')
  if (step === 'prove') throw problems.reauthenticationRequired()
  if (step === 'enrol') throw problems.enrolmentRequired()
}

function scopesIn({ scope }: Params): string[] {
  return String(scope ?? '')
    .split(' ')
    .filter(each => each !== '')
}

function oidcScopesIn(params: Params): string[] {
  return scopesIn(params).filter(scope => SCOPES.includes(scope))
}

function resourcesIn(deps: DeviceDeps, params: Params): Promise<AskedByDevice['resources']> {
  const resources = [params.resource ?? []].flat().map(String)
  return Promise.all(
    resources.map(async resource => {
      const open = await scopesAt(deps, resource)
      return {
        resource,
        name: await nameOfResource(resource),
        scopes: scopesIn(params).filter(scope => open.includes(scope)),
      }
    }),
  )
}

async function scopesAt({ env, permissions }: DeviceDeps, resource: string): Promise<readonly string[]> {
  if (resource === env.TOKEN_AUDIENCE) return permissions
  const server = await Client.findOne({ where: { resource, disabledAt: null } })
  return server?.resourceScopes ?? []
}

/** oidc-provider checked its form. */
function claimsIn({ claims }: Params): unknown {
  return typeof claims === 'string' ? JSON.parse(claims) : undefined
}

/**
 * Only if nobody decided meanwhile. The device code itself is not known here, so oidc-provider cannot save it.
 * @throws 404
 */
async function decide(userCode: string, decision: Params) {
  const where = { kind: 'DeviceCode', userCodeHash: hashOf(USER_CODE, normalized(userCode)), userId: null }
  const row = await OidcArtifact.findOne({ where: { ...where, expires: { [Op.gt]: new Date() } } })
  if (!row) throw problems.deviceCodeNotFound()
  const columns = {
    grantId: text(decision.grantId),
    sessionId: text(decision.sessionUid),
    userId: text(decision.accountId),
  }
  const [decided] = await OidcArtifact.update(
    { payload: JSON.stringify({ ...JSON.parse(row.payload), ...decision }), ...columns },
    { where: { idHash: row.idHash, payload: row.payload } },
  )
  if (decided === 0) throw problems.deviceCodeNotFound()
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
