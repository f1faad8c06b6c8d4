import { Transaction, UniqueConstraintError } from 'sequelize'
import type { ProviderSettings } from '../../configs/env/providers.ts'
import type { Identity } from '../../models/identity.ts'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import { takeBack } from '../accounts/take-back.ts'
import type { DeviceClient } from '../devices/devices.ts'
import { hashOfSecret } from '../encryption/one-way.ts'
import { establish } from '../factors/planted.ts'
import { withRoles } from '../identity/load-roles.ts'
import { isAdministrative } from '../identity/permissions.ts'
import { principalOf, verifiedOf } from '../identity/principal.ts'
import { type HttpProblem, problems } from '../problems.ts'
import type { Factor, ProviderFacts } from '../sessions/facts.ts'
import { type SignInDeps, type SignInResult, signIn } from '../sign-in/sign-in.ts'
import { unlessTaken } from '../unless-taken.ts'
import { addIdentity, createIdentity, findIdentity } from './identities.ts'
import type { Profile } from './profile.ts'

/** Whose account a profile stands for; `undecided` where its person has to say so first. */
type Resolution =
  | { outcome: 'user'; user: User; identity: Identity }
  | {
      outcome: 'undecided'
      /** The account that has the address, if the provider verified it. */
      userId: string | null
    }

export type ProviderSignIn = SignInResult | { outcome: 'undecided'; userId: string | null }

type Visit = { client: DeviceClient; remember: boolean; replaces: string | undefined }

/**
 * Signs in the person whom a provider confirmed. An identity that is linked decides alone; an address never does (docs/decisions/0029).
 * It is one factor: the account's second factor and MFA_REQUIRED come on top, unless the provider's own is trusted by name.
 * @throws 401 `provider_refused` for an account that is disabled or under review, 403 `registration_closed`
 */
export async function signInWith(
  deps: SignInDeps,
  settings: ProviderSettings,
  profile: Profile,
  visit: Visit,
): Promise<ProviderSignIn> {
  const resolution = await resolveTwice(deps, settings, profile, visit.client)
  if (resolution.outcome === 'undecided') return resolution
  return await signInBy(deps, profile, resolution, visit)
}

/** Creates an account for a person who decided so, though the provider did not verify the address. */
export async function registerWith(
  deps: SignInDeps,
  settings: ProviderSettings,
  profile: Profile,
  visit: Visit,
): Promise<SignInResult> {
  const creation = deps.sequelize.transaction(() => createUser(deps, settings, profile, visit.client))
  const created = await unlessTaken(creation, problems.identityTaken)
  return await signInBy(deps, profile, created, visit)
}

async function signInBy(
  deps: SignInDeps,
  profile: Profile,
  { user, identity }: { user: User; identity: Identity },
  { client, remember, replaces }: Visit,
): Promise<SignInResult> {
  const verified = verifiedOf(await withRoles(user))
  const factors: Factor[] = profile.hasSecondFactor ? ['provider', 'provider-second-factor'] : ['provider']
  return await signIn(deps, client, verified, { factors, remember, replaces, provider: factsOf(profile, identity) })
}

function factsOf({ provider, issuer, subject, sid, provenAt }: Profile, { id }: Identity): ProviderFacts {
  const sidHash = sid === null ? null : hashOfSecret(sid)
  return { name: provider, identityId: id, issuer, subject, sidHash, provenAt }
}

/** Of two first sign-ins at once, one creates the account and the other finds it at its second look. */
async function resolveTwice(
  deps: SignInDeps,
  settings: ProviderSettings,
  profile: Profile,
  client: DeviceClient,
): Promise<Resolution> {
  try {
    return await resolve(deps, settings, profile, client)
  } catch (error) {
    if (!(error instanceof UniqueConstraintError)) throw error
    return await resolve(deps, settings, profile, client)
  }
}

function resolve(
  deps: SignInDeps,
  settings: ProviderSettings,
  profile: Profile,
  client: DeviceClient,
): Promise<Resolution> {
  return deps.sequelize.transaction(async () => {
    const identity = await findIdentity(profile)
    if (identity) return await byIdentity(identity, profile)
    if (profile.email === null) return await createUser(deps, settings, profile, client)
    // Whether the address has an account is told only to a person who is known to read its mail (ASVS 6.3.8).
    if (!profile.emailVerified) return { outcome: 'undecided', userId: null }
    const lock = Transaction.LOCK.NO_KEY_UPDATE
    const user = await User.findOne({ where: { email: profile.email }, lock })
    if (!user) return await createUser(deps, settings, profile, client)
    // Another first sign-in of the person may have created the account just now.
    const linked = await findIdentity(profile)
    if (linked) return await byIdentity(linked, profile)
    return await byAddress(deps, settings, profile, user)
  })
}

async function byIdentity(identity: Identity, { accountName: name }: Profile): Promise<Resolution> {
  const user = await User.findOne({ where: { id: identity.userId, disabledAt: null, reviewSince: null } })
  if (!user) throw problems.providerRefused()
  await identity.update({ lastUsedAt: new Date(), name })
  return { outcome: 'user', user, identity }
}

/** The provider verified an address that an account has. */
async function byAddress(
  deps: SignInDeps,
  settings: ProviderSettings,
  profile: Profile,
  user: User,
): Promise<Resolution> {
  if (user.disabledAt !== null || user.reviewSince !== null) throw problems.providerRefused()
  const email = profile.email ?? ''
  const isUnproven = user.emailVerifiedAt === null
  // What an administrator has is not handed over on a provider's word: the owner proves the account.
  const { permissions } = principalOf(await withRoles(user))
  if (isUnproven && isAdministrative(permissions)) return { outcome: 'undecided', userId: user.id }
  if (!isUnproven && !isOfDomains(settings.trustedDomains, email)) return { outcome: 'undecided', userId: user.id }
  // Nobody proved the address before, so what is in the account may be a stranger's.
  if (isUnproven) await takeBack(deps, user, { reason: 'password-changed', passwordHash: null, provenEmail: email })
  const identity = await addIdentity(deps, user, profile, { isOwners: isUnproven })
  return { outcome: 'user', user, identity }
}

async function createUser(deps: SignInDeps, settings: ProviderSettings, profile: Profile, { language }: DeviceClient) {
  const refusal = registrationRefusal(deps, settings, profile)
  if (refusal) throw refusal
  const email = profile.emailVerified ? profile.email : null
  const emailVerifiedAt = email === null ? null : new Date()
  const { name } = profile
  const user = await User.create({ email, emailVerifiedAt, username: null, name, passwordHash: null, language })
  const roles = await Role.findAll({ where: { name: ['user', ...profile.roles] } })
  for (const role of roles) await user.addRole(role)
  const identity = await createIdentity(user.id, profile)
  await establish(user.id, { identityId: identity.id })
  const details = { roles: roles.map(role => role.name), by: profile.provider }
  await deps.audit.record('user_created', { userId: user.id, details })
  return { outcome: 'user' as const, user, identity }
}

/** Why the person may not create an account, if so: 403 `registration_closed`. */
export function registrationRefusal(
  { env }: Pick<SignInDeps, 'env'>,
  { registration, domains }: ProviderSettings,
  profile: Profile,
): HttpProblem | undefined {
  if ((registration ?? env.REGISTRATION) !== 'open') return problems.registrationClosed()
  if (domains.length === 0) return undefined
  const isOfDomain = profile.emailVerified && isOfDomains(domains, profile.email ?? '')
  return isOfDomain ? undefined : problems.domainNotAllowed()
}

function isOfDomains(domains: string[], email: string): boolean {
  return domains.includes(email.slice(email.lastIndexOf('@') + 1))
}
