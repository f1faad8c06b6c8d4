import { Mail } from '../../models/mail.ts'
import { OneTimeLink } from '../../models/one-time-link.ts'
import { inviteUser } from '../administration/invitations.ts'
import { createRole } from '../administration/roles.ts'
import { disableAccount } from '../administration/users.ts'
import { createAudit } from '../audit/audit.ts'
import { days, hours, minutes } from '../durations.ts'
import { lifetimeOf } from '../links/links.ts'
import type { Deps } from '../services.ts'
import type { Factor } from '../sessions/facts.ts'
import { addUser, type Member } from './add-user.ts'
import { addApplications, allow } from './applications.ts'
import { addFactors } from './factors.ts'
import { APPLICATIONS, DEVICES, INVITED, PASSWORD, PEOPLE, ROLES_TO_CREATE } from './people.ts'
import { failToSignIn, signInOn } from './sign-ins.ts'
import { addTokens } from './tokens.ts'

const HISTORY = days(30)

/** The administrator and every sixth user. */
const WITH_TOKENS = [0, 6, 12, 18, 24, 30, 36]

/** The moment and the browser that the audit log shows for what is done next. */
type Scene = { at: Date; device: (typeof DEVICES)[number] }

type Deed = { at: number; device: number; run(): Promise<unknown> }

/** Plays 30 days, oldest first, so that the times in the audit log rise like its numbers. */
export async function fillDemo(services: Deps): Promise<void> {
  const scene: Scene = { at: new Date(), device: deviceAt(0) }
  const { sequelize, sealer, logger } = services
  const audit = createAudit(
    sequelize,
    sealer,
    logger,
    () => scene.device,
    () => scene.at,
  )
  const deps = { ...services, audit }
  const passwordHash = await deps.hasher.hash(PASSWORD)
  const members = new Map<number, Member>()
  const factors = new Map<number, Factor[]>()

  async function join(index: number) {
    const person = PEOPLE[index]
    if (person) members.set(index, await addUser(deps, person, { passwordHash, at: scene.at }))
  }

  const administrator = () => actorOf(members)
  async function as(index: number, act: (member: Member) => Promise<unknown>) {
    const member = members.get(index)
    if (member) await act(member)
  }
  async function protect(member: Member, index: number) {
    factors.set(index, await addFactors(deps, member, index, scene.at))
  }
  async function invite(email: string) {
    await inviteUser(deps, administrator(), email)
    const expires = new Date(scene.at.getTime() + lifetimeOf('invitation'))
    await OneTimeLink.update({ createdAt: scene.at, expires }, { where: { email, purpose: 'invitation' } })
  }

  const deeds: Deed[] = [
    { at: 0, device: 0, run: () => join(0) },
    ...ROLES_TO_CREATE.map((role, index) => ({
      at: minutes(5 + index),
      device: 0,
      run: () => createRole(deps, administrator(), role),
    })),
    { at: minutes(10), device: 0, run: () => addApplications(deps, administrator(), APPLICATIONS) },
    ...PEOPLE.slice(1).map((_, index) => ({
      at: hours(1) + index * hours(15),
      device: index,
      run: () => join(index + 1),
    })),
    ...signIns((index, device) => {
      const signIn = { at: scene.at, client: deviceAt(device), factors: factors.get(index) ?? ['password'] }
      return as(index, member => signInOn(deps, member, signIn))
    }),
    ...failures(index => as(index, member => failToSignIn(deps, member))),
    ...consents((index, application) => as(index, member => allow(deps, member, application, scene.at))),
    { at: HISTORY - hours(30), device: 0, run: () => disableAccount(deps, administrator(), idAt(members, 17)) },
    ...INVITED.map((email, index) => ({
      at: HISTORY - hours(3 + 20 * index),
      device: 0,
      run: () => invite(email),
    })),
    ...PEOPLE.map((_, index) => ({
      at: hours(30) + index * hours(15),
      device: index,
      run: () => as(index, member => protect(member, index)),
    })),
    ...WITH_TOKENS.map(index => ({
      at: HISTORY - hours(1 + index),
      device: index,
      run: () => as(index, member => addTokens(deps, member)),
    })),
  ]
  const begin = Date.now() - HISTORY
  for (const { at, device, run } of deeds.sort((one, other) => one.at - other.at)) {
    Object.assign(scene, { at: new Date(begin + at), device: deviceAt(device) })
    await run()
  }
  // Nobody waits for mails about these 30 days.
  await Mail.destroy({ where: {} })
}

/** Most users come every few days, from one of two devices, in office hours. */
function signIns(run: (index: number, device: number) => Promise<unknown>): Deed[] {
  return PEOPLE.flatMap((_, index) =>
    Array.from({ length: 30 }, (_day, day) => day)
      .filter(day => index === 0 || (day + index) % ((index % 5) + 2) === 0)
      .map(day => {
        const device = index + (day % 2)
        const time = days(day) + hours(7 + (index % 9)) + minutes((index * 7 + day * 11) % 60)
        return { at: time, device, run: () => run(index, device) }
      }),
  )
}

function failures(run: (index: number) => Promise<unknown>): Deed[] {
  return Array.from({ length: 28 }, (_, number) => ({
    at: days(2 + number) + hours(9) + minutes(number),
    device: number,
    run: () => run((number * 5) % PEOPLE.length),
  }))
}

/** The day after they joined, all use the first application and every third the second. */
function consents(run: (index: number, application: (typeof APPLICATIONS)[number]) => Promise<unknown>): Deed[] {
  return PEOPLE.flatMap((_, index) =>
    APPLICATIONS.filter((_application, number) => index % (2 * number + 1) === 0).map((application, number) => ({
      at: hours(24) + index * hours(15) + minutes(number),
      device: index,
      run: () => run(index, application),
    })),
  )
}

function actorOf(members: Map<number, Member>) {
  const member = members.get(0)
  if (!member) throw new Error('the demo has no administrator yet')
  return member
}

const idAt = (members: Map<number, Member>, index: number) => members.get(index)?.id ?? ''

function deviceAt(number: number): (typeof DEVICES)[number] {
  const device = DEVICES[number % DEVICES.length]
  if (!device) throw new Error('the demo has no devices')
  return device
}
