import { z } from 'zod'
import { clientAddress } from '../../src/client-address.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import type { Deps } from '../../src/services.ts'
import { throttleLink } from '../../src/sign-in/throttle.ts'
import { MessageSchema, TokenSchema } from '../schemas.ts'

type ByLink = {
  path: string
  summary: string
  description: string
  message: string
  act: (token: string) => Promise<void>
}

export const LinkBody = z
  .strictObject({ token: TokenSchema })
  .meta({ id: 'Link', example: { token: 'what-follows-the-hash-in-the-link' } })

/** What the link in a mail opens, signed in or out; a POST, because mail scanners follow links (ASVS 3.5.3). */
export function byLink({ limiters }: Pick<Deps, 'limiters'>, { act, message, ...documented }: ByLink) {
  return endpoint({
    ...documented,
    method: 'post',
    tags: ['Account'],
    access: 'public',
    request: { body: LinkBody },
    responses: { 200: { description: 'Done', schema: MessageSchema }, ...refusals(403, 429) },
    handler: async ({ body: { token }, req }) => {
      await throttleLink(limiters, clientAddress(req))
      await act(token)
      return { message }
    },
  })
}
