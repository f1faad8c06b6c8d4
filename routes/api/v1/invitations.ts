import { z } from 'zod'
import type { OneTimeLink } from '../../../models/one-time-link.ts'
import {
  inviteUser,
  listInvitations,
  resendInvitation,
  withdrawInvitation,
} from '../../../src/administration/invitations.ts'
import { type Person, peopleById } from '../../../src/administration/people.ts'
import { endpoint } from '../../../src/http/endpoint.ts'
import { answerOf, pageOf, pageQuery } from '../../../src/http/pagination.ts'
import { refusals } from '../../../src/http/responses.ts'
import { EmailSchema } from '../../../src/identity/identifiers.ts'
import type { Deps } from '../../../src/services.ts'
import { MessageSchema } from '../../schemas.ts'
import { acting } from './acting.ts'

const InvitationParams = z.object({ id: z.uuid().toLowerCase() })

const OpenInvitationSchema = z
  .strictObject({
    id: z.uuid(),
    email: z.string().nullable().meta({ description: 'Null if anyone with the link can use it.' }),
    invitedBy: z
      .strictObject({ id: z.uuid(), name: z.string(), email: z.string().nullable() })
      .nullable()
      .meta({ description: 'Null for the command line.' }),
    createdAt: z.iso.datetime(),
    expires: z.iso.datetime(),
  })
  .meta({ id: 'OpenInvitation' })

export function inviteUserEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/api/v1/users',
    summary: 'Invite a user',
    description:
      'Sends a registration link that is valid for seven days. The invited person chooses name and password; administrators never see or set them.',
    tags: ['Users'],
    access: 'fresh users:write',
    request: {
      body: z.strictObject({ email: EmailSchema }).meta({ id: 'Invitation', example: { email: 'bob@example.org' } }),
    },
    responses: {
      202: { description: 'Invited', schema: MessageSchema },
      ...refusals(409),
    },
    handler: async ({ body: { email }, req }) => {
      await inviteUser(deps, acting(req), email)
      return { message: 'Invitation sent' }
    },
  })
}

export function listInvitationsEndpoint({ sequelize }: Deps) {
  return endpoint({
    method: 'get',
    path: '/api/v1/invitations',
    summary: 'List open invitations',
    description: 'Neither accepted nor expired, newest first.',
    tags: ['Users'],
    access: 'users:read',
    request: { query: z.strictObject(pageQuery) },
    responses: { 200: { description: 'One page', schema: pageOf(OpenInvitationSchema) } },
    handler: async ({ query }) => {
      const page = await listInvitations(sequelize, query)
      const people = await peopleById(page.items.map(({ invitedBy }) => invitedBy))
      return answerOf(page, invitation => describe(invitation, people))
    },
  })
}

export function resendInvitationEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/api/v1/invitations/:id/resend',
    summary: 'Send an invitation again',
    description: 'With a new link, valid for seven days; the earlier link stops working. You become the inviter.',
    tags: ['Users'],
    access: 'fresh users:write',
    request: { params: InvitationParams },
    responses: { 200: { description: 'The new invitation', schema: OpenInvitationSchema }, ...refusals(404, 409) },
    handler: async ({ params: { id }, req }) => {
      const invitation = await resendInvitation(deps, acting(req), id)
      return describe(invitation, await peopleById([invitation.invitedBy]))
    },
  })
}

export function withdrawInvitationEndpoint(deps: Deps) {
  return endpoint({
    method: 'delete',
    path: '/api/v1/invitations/:id',
    summary: 'Withdraw an invitation',
    description: 'Its link stops working.',
    tags: ['Users'],
    access: 'fresh users:write',
    request: { params: InvitationParams },
    responses: { 204: { description: 'Withdrawn' }, ...refusals(404) },
    handler: async ({ params: { id }, req }) => withdrawInvitation(deps, acting(req), id),
  })
}

function describe({ id, email, invitedBy, createdAt, expires }: OneTimeLink, people: Map<string | null, Person>) {
  return {
    id,
    email,
    invitedBy: people.get(invitedBy) ?? null,
    createdAt: createdAt.toISOString(),
    expires: expires.toISOString(),
  }
}
