import { z } from 'zod'
import { DeviceListSchema, forgetDevice, forgetOtherDevices, listDevices } from '../../src/devices/devices.ts'
import { deviceTokensOf } from '../../src/http/browser-cookies.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { problems } from '../../src/problems.ts'
import type { Deps } from '../../src/services.ts'
import { MessageSchema } from '../schemas.ts'
import { signedIn } from './signed-in.ts'

const DeviceParams = z.object({ id: z.uuid().toLowerCase().meta({ description: 'As listed.' }) })

export function listDevicesEndpoint() {
  return endpoint({
    method: 'get',
    path: '/auth/devices',
    summary: 'List the devices that my account knows',
    description:
      'Browsers in which I have signed in, most recent first. A known device is not a session and gives no access by itself.',
    tags: ['Account'],
    access: 'session',
    responses: { 200: { description: 'My devices', schema: DeviceListSchema } },
    handler: ({ req }) => listDevices(deviceTokensOf(req), signedIn(req).id),
  })
}

export function forgetDeviceEndpoint({ sequelize, audit }: Deps) {
  return endpoint({
    method: 'delete',
    path: '/auth/devices/:id',
    summary: 'Forget one of my devices',
    description:
      "Needs a recent proof. Its next sign-in counts as a new device. Its sessions continue: end them at /auth/sessions. Another user's device is 404.",
    tags: ['Account'],
    access: 'fresh session',
    request: { params: DeviceParams },
    responses: { 200: { description: 'Forgotten', schema: MessageSchema }, ...refusals(404) },
    handler: async ({ params: { id }, req }) => {
      const userId = signedIn(req).id
      await sequelize.transaction(async () => {
        if (!(await forgetDevice(userId, id))) throw problems.notFound('device', 'GET /auth/devices')
        await audit.record('authn_device_forgotten', { userId, details: { forgotten: 1 } })
      })
      return { message: 'Device forgotten' }
    },
  })
}

export function forgetOtherDevicesEndpoint({ sequelize, audit }: Deps) {
  return endpoint({
    method: 'delete',
    path: '/auth/devices',
    summary: 'Forget all my other devices',
    description: 'Needs a recent proof.',
    tags: ['Account'],
    access: 'fresh session',
    responses: {
      200: { description: 'How many', schema: z.strictObject({ message: z.string(), forgotten: z.int() }) },
    },
    handler: async ({ req }) => {
      const userId = signedIn(req).id
      const forgotten = await sequelize.transaction(async () => {
        const count = await forgetOtherDevices(deviceTokensOf(req), userId)
        if (count > 0) await audit.record('authn_device_forgotten', { userId, details: { forgotten: count } })
        return count
      })
      return { message: 'Other devices forgotten', forgotten }
    },
  })
}
