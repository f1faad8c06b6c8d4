import { readClientsFile } from '../../configs/clients-file.ts'
import type { Env } from '../../configs/env.ts'
import type { AccessTokens } from '../tokens/access-tokens.ts'
import type { PersonalTokens } from '../tokens/personal-tokens.ts'
import { createForwardAuth, type ForwardAuth, type ForwardAuthOptions } from './forward-auth.ts'
import { readApplications } from './rules.ts'

type Given = Omit<ForwardAuthOptions, 'env' | 'applications' | 'authenticate'> & {
  env: ForwardAuthOptions['env'] & Pick<Env, 'CLIENTS_FILE'>
  personalTokens: PersonalTokens
  accessTokens: AccessTokens
}

const PERSONAL = 'lk_pat_'

/** @throws ConfigurationError */
export function openForwardAuth({ env, personalTokens, accessTokens, ...given }: Given): ForwardAuth {
  const { hosts } = readClientsFile(env.CLIENTS_FILE)
  const applications = readApplications(hosts, { file: env.CLIENTS_FILE, baseUrl: env.BASE_URL })
  return createForwardAuth({
    ...given,
    env,
    applications,
    authenticate: token => (token.startsWith(PERSONAL) ? personalTokens : accessTokens).authenticate(token),
  })
}
