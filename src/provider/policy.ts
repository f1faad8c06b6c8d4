import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import { findPrincipal, mayUse, rolesOf } from './account.ts'
import { TWO_FACTORS } from './authentication.ts'
import { NO_ACCESS } from './prompts.ts'
import { ASKED_AT, wantsNewerProof, wantsSecondFactor } from './wished-proof.ts'

const { Check, Prompt, base } = interactionPolicy

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

function isProofTooOld({ oidc: { session, params } }: KoaContextWithOIDC): boolean {
  return session?.accountId !== undefined && wantsNewerProof(params ?? {}, session.authTime() ?? 0)
}

function lacksSecondFactor({ oidc: { session, client, params } }: KoaContextWithOIDC): boolean {
  return session?.accountId !== undefined && session.acr !== TWO_FACTORS && wantsSecondFactor(client, params ?? {})
}

async function isClosed({ oidc: { session, client } }: KoaContextWithOIDC): Promise<boolean> {
  const roles = rolesOf(client)
  if (!session?.accountId || !roles) return false
  const principal = await findPrincipal(session.accountId)
  return !principal || !mayUse(principal, roles)
}
