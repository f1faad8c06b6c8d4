import type { ErrorOut, errors, KoaContextWithOIDC } from 'oidc-provider'
import type { Logger } from '../../configs/logger.ts'

/** Which side has to fix a request that cannot be answered to the application. The page has a sentence for each. */
const CODES: Record<string, string> = {
  InvalidClient: 'unknown_application',
  InvalidRedirectUri: 'redirect_uri_not_registered',
  SessionNotFound: 'request_expired',
}

/** A stranger writes what is logged. */
const LONGEST_LOGGED = 200

/** Sends a browser to our page; what the application did wrong stands in the log, where nobody can plant text. */
export function problemPage(
  ctx: KoaContextWithOIDC,
  { error, error_description }: ErrorOut,
  cause: errors.OIDCProviderError | Error,
  logger: Logger,
) {
  const client = ctx.oidc.client?.clientId ?? ctx.oidc.params?.client_id
  logger.warn('an application sent a request that cannot be answered', {
    error,
    error_description: shortened(error_description),
    client: shortened(client),
  })
  const problem = CODES[cause.constructor.name] ?? (ctx.status >= 500 ? 'failed_here' : 'invalid_request')
  if (!ctx.accepts('html')) {
    ctx.body = { error, error_description }
    return
  }
  ctx.status = 303
  ctx.redirect(`/application-problem?${new URLSearchParams({ problem })}`)
}

function shortened(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined
  return text.length > LONGEST_LOGGED ? `${text.slice(0, LONGEST_LOGGED)}…` : text
}
