import type { IncomingMessage, RequestListener } from 'node:http'
import { Events, OAuth2Issuer, OAuth2Service } from 'oauth2-mock-server'
import { serve } from './plain-server.ts'

export type Claims = Record<string, unknown>
type Body = Record<string, unknown>
type Answer = { body: Body | ''; statusCode: number }

export type LyingProvider = Awaited<ReturnType<typeof startLyingProvider>>

/** What a test makes the provider do; without any, it is honest. */
type Lies = {
  /** Changes the payload of a token before it is signed. */
  claims: (payload: Claims) => void
  /** Replaces the signed ID token. */
  idToken: (token: string) => unknown
  userinfo: (body: Claims) => void
  metadata: (body: Body) => void
  /** Changes the address that the browser is sent back to. */
  answer: (url: URL) => void
  /** Answers for an endpoint, by its path. */
  endpoints: Record<string, RequestListener>
}

/**
 * An OpenID Provider on a port of its own that says what a test wants. Every visitor is signed in as `provider.person`.
 * Ended by `closeServers`.
 */
export async function startLyingProvider() {
  const issuer = new OAuth2Issuer()
  await issuer.keys.generate('RS256', { kid: 'first' })
  const service = new OAuth2Service(issuer)
  const url = await serve((request, response) => {
    const path = new URL(request.url ?? '/', 'http://provider').pathname
    const listener = provider.lies.endpoints[path] ?? service.requestHandler
    provider.asked.push(path)
    listener(request, response)
  })
  issuer.url = url
  const provider = {
    url,
    issuer,
    person: { sub: 'nobody' } as Claims,
    lies: honest(),
    /** Paths of the requests so far. */
    asked: [] as string[],
    /** Parameters of the requests for authorization so far. */
    authorizations: [] as URLSearchParams[],
    /** Bodies and Authorization headers of the token requests so far. */
    redemptions: [] as (Body & { authorization?: string })[],
    /** Makes it honest again, for another person. */
    become: (person: Claims) => {
      provider.person = person
      provider.lies = honest()
    },
  }
  service.on(Events.BeforeTokenSigning, ({ payload }: { payload: Claims }) => {
    Object.assign(payload, provider.person)
    provider.lies.claims(payload)
  })
  service.on(Events.BeforeResponse, ({ body }: Answer, request: IncomingMessage & { body: Body }) => {
    const { authorization } = request.headers
    provider.redemptions.push({ ...request.body, ...(authorization && { authorization }) })
    if (body) body.id_token = provider.lies.idToken(String(body.id_token))
  })
  service.on(Events.BeforeUserinfo, ({ body }: Answer) => {
    if (body) provider.lies.userinfo(Object.assign(body, provider.person))
  })
  service.on(Events.BeforeWellKnownOpenIdConfiguration, ({ body }: Answer) => {
    if (body) provider.lies.metadata(body)
  })
  service.on(Events.BeforeAuthorizeRedirect, ({ url: back }: { url: URL }, request: IncomingMessage) => {
    provider.authorizations.push(new URL(request.url ?? '/', url).searchParams)
    provider.lies.answer(back)
  })
  return provider
}

function honest(): Lies {
  return {
    claims: () => {},
    idToken: token => token,
    userinfo: () => {},
    metadata: () => {},
    answer: () => {},
    endpoints: {},
  }
}

/** The settings that make a server know the provider. */
export function settingsFor(name: string, { url }: Pick<LyingProvider, 'url'>) {
  const prefix = `OIDC_${name.toUpperCase()}`
  return {
    [`${prefix}_ISSUER`]: url,
    [`${prefix}_CLIENT_ID`]: 'latchkey',
    [`${prefix}_CLIENT_SECRET`]: CLIENT_SECRET,
  }
}

export const CLIENT_SECRET = 'a secret of the client of the tests'
