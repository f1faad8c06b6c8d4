import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import { findPrincipal, mayUse, rolesOf } from './account.ts'
import { TWO_FACTORS } from './authentication.ts'
import { NO_ACCESS } from './prompts.ts'

const { Check, Prompt, base } = interactionPolicy

/** Set here, whatever the application sends: when the request began, in seconds. It stays through all prompts. */
const ASKED_AT = 'asked_at'

export const EXTRA_PARAMS = {
  [ASKED_AT](ctx: KoaContextWithOIDC) {
    Object.assign(ctx.oidc.params ?? {}, { [ASKED_AT]: String(Math.floor(Date.now() / 1000)) })
  },
}

/**
 * What a user must do before an application gets an answer. A sign-in is believed from our session alone: no result of an interaction
 * counts, so that one who starts a request cannot have another finish it.
 */
export function createPolicy() {
  const policy = base()
  const { checks } = policy.get('login') ?? new Prompt({ name: 'login' })
  checks.remove('login_prompt')
  checks.remove('max_age')
  checks.add(new Check('proof_too_old', 'recent authentication is required', 'login_required', isProofTooOld))
  checks.add(new Check('second_factor', 'a second factor is required', 'login_required', lacksSecondFactor))
  policy.add(
    new Prompt(
      { name: NO_ACCESS },
      new Check('role', 'the user may not use this application', 'access_denied', isClosed),
    ),
    1,
  )
  return policy
}

/** `prompt=login` and `max_age` ask for a proof made since the request (OpenID Connect Core 1.0, section 3.1.2.1). */
function isProofTooOld({ oidc }: KoaContextWithOIDC): boolean {
  const { session, params, prompts } = oidc
  if (!session?.accountId) return false
  if ((session.authTime() ?? 0) >= Number(params?.[ASKED_AT])) return false
  return prompts.has('login') || (params?.max_age !== undefined && session.past(Number(params.max_age)))
}

/** Where the client, or the first value of `acr_values`, asks for two. */
function lacksSecondFactor({ oidc }: KoaContextWithOIDC): boolean {
  const { session, client, params } = oidc
  if (!session?.accountId || session.acr === TWO_FACTORS) return false
  return client?.second_factor === true || String(params?.acr_values ?? '').split(' ')[0] === TWO_FACTORS
}

async function isClosed({ oidc: { session, client } }: KoaContextWithOIDC): Promise<boolean> {
  const roles = rolesOf(client)
  if (!session?.accountId || !roles) return false
  const principal = await findPrincipal(session.accountId)
  return !principal || !mayUse(principal, roles)
}
