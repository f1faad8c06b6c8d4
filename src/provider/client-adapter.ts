import { randomBytes } from 'node:crypto'
import type { Adapter, AdapterPayload, ClientMetadata } from 'oidc-provider'
import { Client } from '../../models/client.ts'

/** Matches nothing: oidc-provider wants a secret, and the stored hashes are compared instead (provider.ts). */
const NO_SECRET = randomBytes(32).toString('base64url')

const OWN_METADATA = ['roles', 'second_factor', 'skip_consent', 'own_scopes']

/** Administrators alone decide on these, so they are ignored in a document that an application publishes about itself. */
export const EXTRA_CLIENT_METADATA = { properties: OWN_METADATA, validator: ignoreInDocuments }

function ignoreInDocuments(_ctx: unknown, property: string, _value: unknown, metadata: ClientMetadata) {
  // The ID of a registered client has no colon.
  if (metadata.client_id.includes(':')) metadata[property] = undefined
}

/** Shows oidc-provider the clients that administrators keep. */
export function createClientAdapter(): Adapter {
  async function find(id: string): Promise<AdapterPayload | undefined> {
    const client = await Client.findOne({ where: { id, disabledAt: null } })
    return client ? metadataOf(client) : undefined
  }

  async function ignore() {}

  return {
    find,
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    upsert: ignore,
    consume: ignore,
    destroy: ignore,
    revokeByGrantId: ignore,
  }
}

function metadataOf(client: Client): AdapterPayload {
  const usesCodes = client.grantTypes.includes('authorization_code')
  const usesSecret = client.authMethod.startsWith('client_secret_')
  return {
    client_id: client.id,
    client_name: client.name,
    application_type: client.applicationType,
    token_endpoint_auth_method: client.authMethod,
    ...(usesSecret && { client_secret: NO_SECRET }),
    ...(client.jwks && { jwks: client.jwks }),
    redirect_uris: client.redirectUris,
    post_logout_redirect_uris: client.postLogoutRedirectUris,
    ...(client.backchannelLogoutUri && {
      backchannel_logout_uri: client.backchannelLogoutUri,
      backchannel_logout_session_required: true,
    }),
    response_types: usesCodes ? ['code'] : [],
    grant_types: client.grantTypes,
    scope: client.scopes.join(' '),
    id_token_signed_response_alg: client.idTokenAlgorithm,
    roles: client.roles,
    second_factor: client.secondFactor,
    skip_consent: client.skipConsent,
    own_scopes: client.ownScopes,
  }
}
