import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { type Configuration, Provider } from 'oidc-provider'

type Account = { sub: string } & Record<string, unknown>

/**
 * A real OpenID Provider on a port of its own. Every visitor is signed in as `server.account`, or cancels where there is none.
 * @param configuration of oidc-provider, to differ from the usual one
 */
export async function startOidcServer(configuration: Configuration = {}) {
  const http = createServer()
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const server = {
    issuer,
    account: undefined as Account | undefined,
    /** To be told where the client is, which has a port only later. */
    serve,
    close: () => {
      http.closeAllConnections()
      return new Promise(resolve => http.close(resolve))
    },
  }

  async function serve(clientUrl: string, clientSecret: string) {
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: 'latchkey',
          client_secret: clientSecret,
          redirect_uris: [`${clientUrl}/auth/oidc/corp/callback`],
          post_logout_redirect_uris: [`${clientUrl}/sign-in`],
          backchannel_logout_uri: `${clientUrl}/auth/oidc/corp/backchannel-logout`,
          backchannel_logout_session_required: true,
        },
      ],
      jwks: { keys: [await signingKey()] },
      cookies: { keys: ['a key of the cookies of the tests'] },
      claims: {
        openid: ['sub'],
        email: ['email', 'email_verified'],
        profile: ['name', 'preferred_username', 'groups'],
      },
      // Without the protection that lets oidc-provider reach no server on this machine.
      fetch: (url: string, { method, headers, body }: RequestInit) =>
        fetch(url, { method, headers, body } as RequestInit),
      // Where oidc-provider has a default of its own, it says so on the console.
      features: {
        devInteractions: { enabled: false },
        backchannelLogout: { enabled: true },
        revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
        rpInitiatedLogout: { logoutSource: showText, postLogoutSuccessSource: showText },
      },
      ttl: {
        AccessToken: 600,
        AuthorizationCode: 60,
        Grant: 600,
        IdToken: 600,
        Interaction: 600,
        RefreshToken: 600,
        Session: 600,
      },
      interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
      renderError: (ctx, { error, error_description }) => {
        ctx.type = 'text'
        ctx.body = `${error}: ${error_description}`
      },
      findAccount: (_ctx, id) => {
        const account = server.account ?? { sub: id }
        return { accountId: id, claims: () => ({ ...account, sub: id }) }
      },
      loadExistingGrant: async ctx => {
        const { client, session, params } = ctx.oidc
        const grant = new ctx.oidc.provider.Grant({ clientId: client?.clientId, accountId: session?.accountId })
        grant.addOIDCScope(String(params?.scope))
        await grant.save()
        return grant
      },
      ...configuration,
    } as Configuration)
    const handle = provider.callback()
    http.on('request', (req, res) => {
      if (!req.url?.startsWith('/interaction/')) return void handle(req, res)
      const { account } = server
      const result = account
        ? { login: { accountId: account.sub, ...(account.amr ? { amr: account.amr as string[] } : {}) } }
        : { error: 'access_denied', error_description: 'The person cancelled' }
      provider.interactionFinished(req, res, result).catch(() => res.destroy())
    })
    return provider
  }

  return server
}

function showText(ctx: { type: string; body: unknown }, form = 'signed out') {
  ctx.type = 'text'
  ctx.body = form
}

async function signingKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  return { ...(await exportJWK(privateKey)), kid: 'first', alg: 'RS256', use: 'sig' }
}
