import { z } from 'zod'
import { loadEnv } from '../../../configs/env.ts'
import { Role } from '../../../models/role.ts'
import { User } from '../../../models/user.ts'
import { disableUser, enableUser, grantRole, revokeRole } from '../../../src/administration/administer.ts'
import { createApp } from '../../../src/app.ts'
import { days } from '../../../src/durations.ts'
import { endpoint } from '../../../src/http/endpoint.ts'
import { listen } from '../../../src/http/listen.ts'
import { withRoles } from '../../../src/identity/load-roles.ts'
import { openDeps } from '../../../src/open-services.ts'
import { startSweep } from '../../../src/sessions/sweep.ts'
import { setClock } from './clock.ts'
import { createGates, serve } from './ipc.ts'

/** One node of the model: the real application in a process of its own, with two more endpoints that write into the session. */
const gates = createGates()
const Change = z.strictObject({
  set: z.string().optional(),
  remove: z.string().optional(),
  wait: z.string().optional(),
})
const declared = { summary: '', tags: [], access: 'session' as const, responses: { 200: { description: '' } } }
function modelEndpoints() {
  return [
    endpoint({
      ...declared,
      method: 'post',
      path: '/auth/model',
      request: { body: Change },
      handler: async ({ body: { set, remove, wait }, req }) => {
        if (wait) await gates.wait(wait)
        if (set) Reflect.set(req.session, set, { value: set })
        if (remove) Reflect.deleteProperty(req.session, remove)
        return {}
      },
    }),
    endpoint({
      ...declared,
      method: 'get',
      path: '/auth/model',
      handler: ({ req }) => Object.entries(req.session).filter(([key, content]) => content?.value === key),
    }),
  ]
}

// The model ends sessions at any time; what a fresh proof is, other tests say.
const env = { ...loadEnv(process.env), REAUTHENTICATION_AGE: days(365) }
const deps = await openDeps(env, { auth: modelEndpoints })
const { store, database, channel } = deps

const touches = new Set<Promise<unknown>>()
const touch = store.table.touch.bind(store.table)
store.table.touch = (...given) => {
  const written = touch(...given)
  touches.add(written)
  void written.catch(() => {}).finally(() => touches.delete(written))
  return written
}

const { port } = await listen(createApp(deps), deps.env, deps.logger)
const sweep = startSweep(deps)
const userOf = (id: string) => User.findByPk(id, { rejectOnEmpty: true })
const role = await Role.findOne({ where: { name: 'user' }, rejectOnEmpty: true })

serve({
  port: () => port,
  clock: setClock,
  sync: () => channel.sync(),
  staleAtMost: () => channel.staleAtMost,
  cached: () => store.cachedSessions,
  block: (milliseconds: number) => {
    for (const until = performance.now() + milliseconds; performance.now() < until; );
  },
  settle: () => Promise.allSettled(touches),
  release: gates.release,
  releaseAll: gates.releaseAll,
  sweep: () => sweep.runOnce(),
  disable: async (id: string) => disableUser(store, await userOf(id)),
  enable: async (id: string) => enableUser(await userOf(id)),
  changeRole: async (id: string) => {
    const user = await withRoles(await User.findByPk(id, { rejectOnEmpty: true }))
    await (user.roles?.length ? revokeRole(deps, user, role) : grantRole(deps, user, role))
  },
  reset: async () => {
    for (const sql of ['DELETE FROM "Sessions"', 'DELETE FROM "UserRoles"', 'UPDATE "Users" SET "disabledAt" = NULL'])
      await database.sequelize.query(sql)
  },
})
