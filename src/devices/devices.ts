import { Op } from 'sequelize'
import { z } from 'zod'
import { Device } from '../../models/device.ts'
import { User } from '../../models/user.ts'
import type { Client } from '../client-address.ts'
import { days } from '../durations.ts'
import { hashOfSecret, newSecret } from '../encryption/one-way.ts'
import { whereIdentifier } from '../identity/identifiers.ts'
import type { Language } from '../languages.ts'
import { lifetimeOf } from '../links/links.ts'
import { deviceOf } from '../sessions/list.ts'

export const DEVICE_LIFETIME = days(30)
export const TRUST_LIFETIME = days(30)
/** A program without cookies is a new device each time; the oldest are deleted. */
export const MOST_DEVICES = 50

export const MOST_USERS = 5
const USER_AGENT_LIMIT = 255

export type DeviceClient = Client & {
  language: Language | null
  /** From the device cookie, one per user of the browser, the latest first. */
  deviceTokens: string[]
}

async function recogniseDevice(tokens: string[], userId: string): Promise<Device | undefined> {
  if (tokens.length === 0) return undefined
  return (await Device.findOne({ where: { tokenHash: tokens.map(hashOfSecret), userId, ...alive() } })) ?? undefined
}

/** The same queries for every identifier (ASVS 6.3.8). @param identifier as typed */
export async function recogniseDeviceFor(tokens: string[], identifier: string): Promise<Device | undefined> {
  if (tokens.length === 0) return undefined
  const [user, devices] = await Promise.all([
    User.findOne({ attributes: ['id'], where: whereIdentifier(identifier) }),
    Device.findAll({ where: { tokenHash: tokens.map(hashOfSecret), ...alive() } }),
  ])
  return devices.find(({ userId }) => userId === user?.id)
}

export async function isTrustedForSecondFactor(tokens: string[], userId: string): Promise<boolean> {
  const device = await recogniseDevice(tokens, userId)
  return device?.trustedUntil != null && device.trustedUntil > new Date()
}

/** Time for the owner to object before a new device counts as theirs (docs/decisions/0020). */
const PROBATION = lifetimeOf('not-me')

export async function isOwnersDevice(tokens: string[], userId: string): Promise<boolean> {
  const device = await recogniseDevice(tokens, userId)
  return device?.ownersFrom != null && device.ownersFrom <= new Date()
}

type Remembering = {
  trust: boolean
  isFirst?: boolean
}

/**
 * A new token at each sign-in makes a copied cookie useless.
 * @returns whether the device was known, and the tokens for its cookie
 */
export async function rememberDevice(
  { address, userAgent, deviceTokens }: DeviceClient,
  userId: string,
  { trust, isFirst = false }: Remembering,
): Promise<{ isKnown: boolean; deviceTokens: string[] }> {
  const [token, now] = [newSecret(), new Date()]
  const seen = {
    tokenHash: hashOfSecret(token),
    userAgent: userAgent?.slice(0, USER_AGENT_LIMIT) ?? null,
    ip: address,
    lastSeenAt: now,
    expires: new Date(now.getTime() + DEVICE_LIFETIME),
    ...(trust && { trustedUntil: new Date(now.getTime() + TRUST_LIFETIME) }),
  }
  const others = []
  let isKnown = false
  for (const presented of deviceTokens) {
    const where = { userId, tokenHash: hashOfSecret(presented), ...alive() }
    const [renewed] = isKnown ? [0] : await Device.update(seen, { where })
    if (renewed > 0) isKnown = true
    else others.push(presented)
  }
  if (!isKnown) {
    await makeRoom(userId)
    const ownersFrom = new Date(now.getTime() + (isFirst ? 0 : PROBATION))
    await Device.create({ userId, ...seen, createdAt: now, ownersFrom })
  }
  return { isKnown, deviceTokens: [token, ...others].slice(0, MOST_USERS) }
}

/** After a change of password or factor. */
export async function forgetTrust(userId: string): Promise<void> {
  await Device.update({ trustedUntil: null }, { where: { userId } })
}

export async function listDevices(tokens: string[], userId: string) {
  const order: [string, string][] = [['lastSeenAt', 'DESC']]
  const devices = await Device.findAll({ where: { userId, ...alive() }, order, limit: MOST_DEVICES })
  const current = tokens.map(hashOfSecret)
  return devices.map(device => describe(device, current))
}

export async function forgetDevice(userId: string, id: string): Promise<boolean> {
  return (await Device.destroy({ where: { id, userId } })) === 1
}

/** Keeps the requesting device. @returns how many were deleted */
export function forgetOtherDevices(tokens: string[], userId: string): Promise<number> {
  return Device.destroy({ where: { userId, tokenHash: { [Op.notIn]: tokens.map(hashOfSecret) } } })
}

export const DeviceListSchema = z
  .array(
    z.strictObject({
      id: z.uuid(),
      device: z.string().meta({ description: 'Browser and system.', example: 'Firefox on Linux' }),
      address: z.string().nullable().meta({ description: 'Of the last sign-in.' }),
      createdAt: z.iso.datetime(),
      lastSeenAt: z.iso.datetime().meta({ description: 'The last sign-in.' }),
      trusted: z.boolean().meta({ description: 'Stands for the second factor.' }),
      current: z.boolean().meta({ description: 'The one that asks.' }),
    }),
  )
  .meta({ id: 'Devices' })

function describe(device: Device, currentHashes: string[]) {
  return {
    id: device.id,
    device: deviceOf(device.userAgent),
    address: device.ip,
    createdAt: device.createdAt.toISOString(),
    lastSeenAt: device.lastSeenAt.toISOString(),
    trusted: device.trustedUntil !== null && device.trustedUntil > new Date(),
    current: currentHashes.includes(device.tokenHash),
  }
}

async function makeRoom(userId: string) {
  await Device.destroy({ where: { userId, expires: { [Op.lte]: new Date() } } })
  const order: [string, string][] = [['lastSeenAt', 'DESC']]
  const oldest = await Device.findAll({ where: { userId }, order, offset: MOST_DEVICES - 1 })
  if (oldest.length > 0) await Device.destroy({ where: { id: oldest.map(({ id }) => id) } })
}

const alive = () => ({ expires: { [Op.gt]: new Date() } })
