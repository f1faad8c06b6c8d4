import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type RequestHandler } from 'express'
import type { Configuration } from 'oidc-provider'
import { requirePermission, requireScope, requireUser } from '../../packages/express/src/guards.ts'
import { latchkey } from '../../packages/express/src/latchkey.ts'
import type { LatchkeyOptions } from '../../packages/express/src/options.ts'
import { startOidcServer } from './oidc-server.ts'

export const SHOP_SECRET = 'the secret that only the shop and its login server know'

/**
 * An Express app that signs people in at `issuer`, on a port of its own.
 * @param before middleware that the app has already
 */
export async function startProtectedApp(
  issuer: string,
  options: Partial<LatchkeyOptions> = {},
  ...before: RequestHandler[]
) {
  const app = express()
  const server = createServer(app)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const errors: unknown[] = []
  const onError = (error: unknown) => void errors.push(error)
  for (const each of before) app.use(each)
  app.use(latchkey({ issuer, clientId: 'shop', clientSecret: SHOP_SECRET, onError, ...options }))
  app.get('/', (req, res) => void res.json(req.user ?? null))
  app.all(['/private', '/private/*path'], requireUser(), (req, res) => void res.json(req.user))
  app.get('/orders', requirePermission('orders:read'), (_req, res) => void res.send('orders'))
  app.get('/scoped', requireScope('orders'), (_req, res) => void res.send('scoped'))
  return {
    url,
    app,
    /** What `onError` was called with. */
    errors,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** What `@types/oidc-provider` does not know of a client. */
type LogoutSender = { backchannelLogout: (sub: string, sid: string) => Promise<void> }

/** How a real OpenID Provider knows the shop at `url`. */
export function configurationFor(url: string): Configuration {
  return {
    clients: [
      {
        client_id: 'shop',
        client_secret: SHOP_SECRET,
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [`${url}/auth/callback`],
        post_logout_redirect_uris: [`${url}/`],
        backchannel_logout_uri: `${url}/auth/backchannel-logout`,
        backchannel_logout_session_required: true,
      },
    ],
    scopes: ['openid', 'profile', 'email', 'groups'],
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username'],
      groups: ['groups', 'permissions'],
    },
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  }
}

/** The app, and a real OpenID Provider where everybody is `provider.account`. */
export async function startShop(options: Partial<LatchkeyOptions> = {}) {
  const configuration: Configuration = {}
  const provider = await startOidcServer(configuration)
  const shop = await startProtectedApp(provider.issuer, options)
  Object.assign(configuration, configurationFor(shop.url))
  const oidc = await provider.serve(shop.url, SHOP_SECRET)
  const sids: string[] = []
  oidc.on('authorization.success', ({ oidc: { session } }) => void sids.push(session?.sidFor('shop') ?? ''))
  return {
    shop,
    provider,
    oidc,
    /** Ids of the sessions at the provider that signed in at the shop, in this order. */
    sids,
    /** Sends a logout token for a session of that client. */
    endAtProvider: async (sid: string) => {
      const client = (await oidc.Client.find('shop')) as unknown as LogoutSender | undefined
      await client?.backchannelLogout('ada', sid)
    },
    close: async () => {
      await shop.close()
      await provider.close()
    },
  }
}
