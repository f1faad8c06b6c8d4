import type { Env } from '../../configs/env.ts'
import type { User } from '../../models/user.ts'
import { createLink } from './links.ts'

/** For all notices (ASVS 6.3.7; NIST SP 800-63B-4, 4.6). @param factors that the link removes */
export async function noticeFor(
  { env }: { env: Pick<Env, 'BASE_URL'> },
  user: Pick<User, 'id' | 'name' | 'email'>,

  factors: string[] = [],
) {
  return {
    name: user.name,
    at: new Date().toISOString(),
    notMeLink: await createLink(env.BASE_URL, 'not-me', { userId: user.id, email: user.email, factors }),
  }
}
