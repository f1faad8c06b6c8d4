import type { Request } from 'express'
import { z } from 'zod'
import { clientAddress } from '../../src/client-address.ts'
import { type Endpoint, endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { isProblem } from '../../src/problems.ts'
import { allowDevice, denyDevice, describeDevice } from '../../src/provider/device.ts'
import type { OpenidProvider } from '../../src/provider/open.ts'
import type { Deps } from '../../src/services.ts'
import { deviceOf } from '../../src/sessions/list.ts'
import { throttleUserCode } from '../../src/sign-in/throttle.ts'
import { MessageSchema } from '../schemas.ts'
import { AskingClientSchema, ResourceScopesSchema } from './applications.ts'
import { askingIn, signedIn } from './signed-in.ts'

const UserCode = z
  .string()
  .trim()
  .regex(/^[A-Za-z]{4}[- ]?[A-Za-z]{4}$/, 'Enter the eight letters that the device shows.')
  .meta({ description: 'As the device shows it, with or without the dash.', example: 'BCDF-GHJK' })

const DeviceBody = z
  .strictObject({ userCode: UserCode })
  .meta({ id: 'DeviceUserCode', example: { userCode: 'BCDF-GHJK' } })

const DecisionBody = z
  .strictObject({ userCode: UserCode, decision: z.enum(['allow', 'deny']) })
  .meta({ id: 'DeviceDecision', example: { userCode: 'BCDF-GHJK', decision: 'allow' } })

const DeviceSchema = z
  .strictObject({
    step: z.enum(['consent', 'prove', 'enrol', 'no-access']).meta({
      description:
        '`consent`: decide. `prove`: confirm the identity first. `enrol`: add a second factor first. `no-access`: the application is closed to this user.',
    }),
    userCode: z.string(),
    client: AskingClientSchema,
    scopes: z.array(z.string()),
    resources: z.array(ResourceScopesSchema),
    device: z.string().meta({ description: 'What the device says that it is.', example: 'curl' }),
    address: z.string().nullable().meta({ description: 'From which the device asked.' }),
  })
  .meta({ id: 'DeviceRequest' })

export function deviceEndpoints(deps: Deps, openidProvider: OpenidProvider): Endpoint[] {
  return [describeDeviceEndpoint(deps, openidProvider), decideDeviceEndpoint(deps, openidProvider)]
}

function describeDeviceEndpoint(deps: Deps, openidProvider: OpenidProvider) {
  return endpoint({
    method: 'post',
    path: '/auth/device',
    summary: 'Show which device asks with a code',
    description: 'Device Authorization Grant (RFC 8628). After 20 wrong codes, further ones wait.',
    tags: ['Applications'],
    access: 'session',
    request: { body: DeviceBody },
    responses: { 200: { description: 'What the device asks for', schema: DeviceSchema }, ...refusals(404) },
    handler: async ({ body: { userCode }, req }) => {
      const asked = await throttled(deps, req, async () =>
        describeDevice(await domainDeps(deps, openidProvider), userCode, askingIn(deps.store, req)),
      )
      const { address, userAgent } = asked.device
      return { ...asked, userCode, device: deviceOf(userAgent).slice(0, 60), address }
    },
  })
}

function decideDeviceEndpoint(deps: Deps, openidProvider: OpenidProvider) {
  return endpoint({
    method: 'post',
    path: '/auth/device/decision',
    summary: 'Allow or deny a device',
    description: 'Its tokens end with this session.',
    tags: ['Applications'],
    access: 'session',
    request: { body: DecisionBody },
    responses: { 200: { description: 'Decided', schema: MessageSchema }, ...refusals(404) },
    handler: async ({ body: { userCode, decision }, req }) => {
      const asking = askingIn(deps.store, req)
      const domain = await domainDeps(deps, openidProvider)
      if (decision === 'deny') await throttled(deps, req, () => denyDevice(domain, userCode, asking))
      else await throttled(deps, req, () => allow(userCode))
      return { message: decision === 'deny' ? 'Denied' : 'Allowed' }

      function allow(code: string) {
        return deps.sequelize.transaction(async () => {
          const { clientId, scopes, address } = await allowDevice(domain, code, asking)
          const details = { client: clientId, scopes, device: address ?? 'unknown' }
          await deps.audit.record('consent_granted', { ...asking, details })
        })
      }
    },
  })
}

async function domainDeps({ env }: Deps, openidProvider: OpenidProvider) {
  return { provider: await openidProvider.provider(), env, permissions: openidProvider.permissions }
}

async function throttled<Result>({ limiters }: Deps, req: Request, work: () => Promise<Result>): Promise<Result> {
  const succeeded = await throttleUserCode(limiters, signedIn(req).id, clientAddress(req))
  try {
    const result = await work()
    await succeeded()
    return result
  } catch (error) {
    // A refusal for another reason was no guess.
    if (isProblem(error) && error.status !== 404) await succeeded()
    throw error
  }
}
