import { useState } from 'preact/hooks'
import { Done } from '../parts/feedback.tsx'
import { Checkbox, Choices, Field, Select, TextArea } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { Problem } from '../problem.ts'
import { textFor } from '../text/text.ts'
import { sendAdmin } from './api.ts'
import { t } from './text.ts'
import type { Client } from './types.ts'

const AUTH_METHODS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none']
const GRANTS = [
  'authorization_code',
  'refresh_token',
  'urn:ietf:params:oauth:grant-type:device_code',
  'client_credentials',
]
const SCOPES = ['openid', 'profile', 'email', 'groups', 'offline_access']
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA']

const asIs = (values: readonly string[]) => values.map(value => ({ value, label: value }))

/** A list that is written with spaces or line breaks between its entries. */
export const wordsOf = (text = ''): string[] => text.split(/\s+/).filter(Boolean)

type ClientFormProps = { client: Client; tag: string; onSaved: () => void }

/** Names the version that was read, so that nobody's change is lost (412). */
export function ClientForm({ client, tag, onSaved }: ClientFormProps) {
  const [saved, setSaved] = useState(false)
  const [grantTypes, setGrantTypes] = useState(client.grantTypes)
  const [scopes, setScopes] = useState(client.scopes)
  async function save(values: Values) {
    setSaved(false)
    const body = { ...contentOf(values), grantTypes, scopes }
    await sendAdmin({ method: 'PATCH', path: `/api/v1/clients/${client.id}`, body, headers: { 'If-Match': tag } })
    setSaved(true)
    onSaved()
  }
  return (
    <>
      <Form onSubmit={save} action={t.common.save}>
        <Field name="name" label={t.common.name} initial={client.name} required autocomplete="off" maxLength={100} />
        <TextArea
          name="redirectUris"
          label={t.clients.redirectUris}
          hint={t.clients.redirectUrisHint}
          initial={client.redirectUris.join('\n')}
        />
        <TextArea
          name="postLogoutRedirectUris"
          label={t.clients.postLogoutRedirectUris}
          hint={t.clients.oneEachLine}
          initial={client.postLogoutRedirectUris.join('\n')}
        />
        <Line
          name="backchannelLogoutUri"
          label={t.clients.backchannelLogoutUri}
          initial={client.backchannelLogoutUri}
          hint={t.clients.backchannelHint}
        />
        <Line name="launchUrl" label={t.clients.launchUrl} initial={client.launchUrl} />
        <Line
          name="roles"
          label={t.clients.roles}
          hint={t.clients.rolesHint}
          initial={client.roles?.join(' ') ?? null}
        />
        <Checkbox name="secondFactor" label={t.clients.secondFactor} checked={client.secondFactor} />
        <Checkbox name="skipConsent" label={t.clients.skipConsent} checked={client.skipConsent} />
        <Choices name="scopes" label={t.clients.scopes} options={asIs(SCOPES)} chosen={scopes} onChange={setScopes} />
        <h2>{t.clients.protocol}</h2>
        <Protocol client={client} />
        <Choices
          name="grantTypes"
          label={t.clients.grantTypes}
          options={GRANTS.map(value => ({ value, label: textFor(t.clients.grants, value) ?? value }))}
          chosen={grantTypes}
          onChange={setGrantTypes}
        />
      </Form>
      {saved && <Done>{t.common.saved}</Done>}
    </>
  )
}

function Protocol({ client }: { client: Client }) {
  return (
    <>
      <Select
        name="applicationType"
        label={t.clients.applicationType}
        value={client.applicationType}
        options={[
          { value: 'web', label: t.clients.typeWeb },
          { value: 'native', label: t.clients.typeNative },
        ]}
      />
      <Select
        name="authMethod"
        label={t.clients.authMethod}
        hint={t.clients.authMethodHint}
        value={client.authMethod}
        options={asIs(AUTH_METHODS)}
      />
      <TextArea
        name="jwks"
        label={t.clients.jwks}
        hint={t.clients.jwksHint}
        initial={client.jwks ? JSON.stringify(client.jwks, undefined, 2) : ''}
      />
      <Select
        name="idTokenAlgorithm"
        label={t.clients.idTokenAlgorithm}
        value={client.idTokenAlgorithm}
        options={asIs(ALGORITHMS)}
      />
      <Line
        name="ownScopes"
        label={t.clients.ownScopes}
        hint={t.clients.ownScopesHint}
        initial={client.ownScopes.join(' ')}
      />
      <Line name="resource" label={t.clients.resource} hint={t.clients.resourceHint} initial={client.resource} />
      <Line name="resourceScopes" label={t.clients.resourceScopes} initial={client.resourceScopes.join(' ')} />
    </>
  )
}

type LineProps = { name: string; label: string; hint?: string; initial: string | null }

const Line = ({ initial, ...field }: LineProps) => (
  <Field {...field} initial={initial ?? ''} autocomplete="off" autocapitalize="none" spellcheck={false} />
)

function contentOf(values: Values) {
  const { name, applicationType, authMethod, idTokenAlgorithm, backchannelLogoutUri, launchUrl, resource } = values
  const roles = wordsOf(values.roles)
  return {
    name,
    applicationType,
    authMethod,
    idTokenAlgorithm,
    backchannelLogoutUri: backchannelLogoutUri || null,
    launchUrl: launchUrl || null,
    resource: resource || null,
    redirectUris: wordsOf(values.redirectUris),
    postLogoutRedirectUris: wordsOf(values.postLogoutRedirectUris),
    ownScopes: wordsOf(values.ownScopes),
    resourceScopes: wordsOf(values.resourceScopes),
    roles: roles.length > 0 ? roles : null,
    secondFactor: values.secondFactor !== undefined,
    skipConsent: values.skipConsent !== undefined,
    jwks: jsonOf(values.jwks),
  }
}

/** @throws Problem that is shown beside the field */
function jsonOf(text = ''): unknown {
  if (!text.trim()) return null
  try {
    return JSON.parse(text)
  } catch {
    const errors = [{ pointer: '#/jwks', detail: '', code: 'no_json' }]
    throw new Problem({ status: 422, code: 'validation_failed', errors })
  }
}
