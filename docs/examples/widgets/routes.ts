import { z } from 'zod'
import { endpoint } from '../../../src/http/endpoint.ts'
import { requirePermission } from '../../../src/http/guards.ts'
import { bodyProblems, problems } from '../../../src/http/responses.ts'
import { Widget } from './model.ts'

const shared = { path: '/api/v1/widgets', tags: ['Widgets'], security: 'bearer' as const }
const Body = z.strictObject({ name: z.string().min(1).max(100) }).meta({ id: 'NewWidget' })
const Schema = Body.extend({ id: z.int() }).meta({ id: 'Widget' })

const listWidgets = () =>
  endpoint({
    ...shared,
    method: 'get',
    summary: 'List widgets',
    responses: { 200: { description: 'All of them', schema: z.array(Schema) }, ...problems(400, 401, 403, 503) },
    guards: [requirePermission('widgets:read')],
    handler: () => Widget.findAll({ order: ['id'] }),
  })

const createWidget = () =>
  endpoint({
    ...shared,
    method: 'post',
    summary: 'Make a widget',
    request: { body: Body },
    responses: { 201: { description: 'The widget', schema: Schema }, ...bodyProblems(), ...problems(401, 403, 503) },
    guards: [requirePermission('widgets:write')],
    handler: ({ body }) => Widget.create(body),
  })

export const widgets = { api: () => [listWidgets(), createWidget()], permissions: ['widgets:read', 'widgets:write'] }
