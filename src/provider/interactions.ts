import type Provider from 'oidc-provider'
import type { Interaction } from 'oidc-provider'
import { countFactors } from '../factors/factors.ts'
import { problems } from '../problems.ts'
import { SCOPES } from './account.ts'
import { rememberConsent, scopeOf } from './consents.ts'
import { describeClient } from './documented-client.ts'
import { NO_ACCESS } from './prompts.ts'
import { nameOfResource } from './resource-names.ts'

/**
 * What a user has to do: `continue` nothing, `prove` confirm their identity, `enrol` add a second factor, `consent` decide, `no-access`
 * turn back.
 */
type Step = 'continue' | 'prove' | 'enrol' | 'consent' | 'no-access'

export type Asked = {
  step: Step
  client: { id: string; name: string; host: string | null }
  scopes: string[]
  resources: { resource: string; name: string; scopes: string[] }[]
  /** The address that goes on with the request. */
  continueTo: string
}

/** @throws 404 `authorization_request_not_found`, also for another user */
export async function describeInteraction(provider: Provider, uid: string, userId: string): Promise<Asked> {
  const interaction = await findInteraction(provider, uid, userId)
  const clientId = String(interaction.params.client_id)
  const client = await provider.Client.find(clientId)
  if (!client) throw problems.authorizationRequestNotFound()
  return {
    step: await stepOf(interaction, userId),
    client: describeClient(client),
    scopes: missingScopes(interaction),
    resources: await missingResources(interaction),
    continueTo: pathOf(interaction),
  }
}

/** @returns where to go on @throws 404 `authorization_request_not_found` */
export async function allow(
  provider: Provider,
  uid: string,
  userId: string,
): Promise<{ continueTo: string; clientId: string; scopes: string[] }> {
  const interaction = await findInteraction(provider, uid, userId)
  if (interaction.prompt.name !== 'consent') throw problems.authorizationRequestNotFound()
  const clientId = String(interaction.params.client_id)
  const resources = await missingResources(interaction)
  const scopes = [
    ...missingScopes(interaction),
    ...resources.flatMap(({ resource, scopes }) => scopes.map(scope => scopeOf(resource, scope))),
  ]
  await rememberConsent(userId, clientId, scopes)
  await finish(interaction, { consent: { scopes } } as Interaction['result'])
  return { continueTo: pathOf(interaction), clientId, scopes }
}

/** The application is told `access_denied`. @returns where to go on */
export async function deny(provider: Provider, uid: string, userId: string): Promise<{ continueTo: string }> {
  const interaction = await findInteraction(provider, uid, userId)
  await finish(interaction, { error: 'access_denied', error_description: 'the user turned the request down' })
  return { continueTo: pathOf(interaction) }
}

async function finish(interaction: Interaction, result: Interaction['result']) {
  interaction.result = result
  await interaction.persist()
}

async function findInteraction(provider: Provider, uid: string, userId: string): Promise<Interaction> {
  const interaction = await provider.Interaction.find(uid)
  const owner = interaction?.session?.accountId
  if (!interaction || (owner !== undefined && owner !== userId)) throw problems.authorizationRequestNotFound()
  return interaction
}

async function stepOf({ prompt, session }: Interaction, userId: string): Promise<Step> {
  if (prompt.name === 'consent') return 'consent'
  if (prompt.name === NO_ACCESS) return 'no-access'
  if (!session?.accountId) return 'continue'
  if (prompt.reasons.includes('second_factor')) return (await countFactors(userId)) > 0 ? 'prove' : 'enrol'
  return prompt.reasons.includes('proof_too_old') ? 'prove' : 'continue'
}

/** All that is asked for, where the user agreed to it before and is asked again. */
function missingScopes({ prompt, params }: Interaction): string[] {
  const missing = prompt.details.missingOIDCScope as string[] | undefined
  return (
    missing ??
    String(params.scope ?? '')
      .split(' ')
      .filter(scope => SCOPES.includes(scope))
  )
}

type MissingScopes = Record<string, string[]>

function missingResources({ prompt }: Interaction) {
  const missing = Object.entries((prompt.details.missingResourceScopes ?? {}) as MissingScopes)
  return Promise.all(
    missing.map(async ([resource, scopes]) => ({ resource, name: await nameOfResource(resource), scopes })),
  )
}

function pathOf({ returnTo }: Interaction): string {
  const { pathname, search } = new URL(returnTo)
  return pathname + search
}
