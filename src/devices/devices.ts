import { Op } from 'sequelize'
import { z } from 'zod'
import { Device } from '../../models/device.ts'
import { User } from '../../models/user.ts'
import type { Client } from '../client-address.ts'
import { days } from '../durations.ts'
import { hashOfSecret, newSecret } from '../encryption/one-way.ts'
import { whereIdentifier } from '../identity/identifiers.ts'
import { lifetimeOf } from '../links/links.ts'
import { deviceOf } from '../sessions/list.ts'

/** How long a browser is remembered after a sign-in, and how long it may stand for the second factor. */
export const DEVICE_LIFETIME = days(30)
export const TRUST_LIFETIME = days(30)
/** A program that keeps no cookies is a new device each time; the oldest make room. */
export const MOST_DEVICES = 50

/** How many users of one browser are remembered, each by a token of their own. */
export const MOST_USERS = 5
const USER_AGENT_LIMIT = 255

/** The browser or program that a request comes from. */
export type DeviceClient = Client & {
  /** Secrets from its device cookie, one for each user who signed in there, the last one first. They open nothing by themselves. */
  deviceTokens: string[]
}

/** The device of this user to which one of these tokens belongs. */
async function recogniseDevice(tokens: string[], userId: string): Promise<Device | undefined> {
  if (tokens.length === 0) return undefined
  return (await Device.findOne({ where: { tokenHash: tokens.map(hashOfSecret), userId, ...alive() } })) ?? undefined
}

/**
 * The same before anybody is authenticated. A request without the cookie costs no query, and one with it the same queries for every
 * identifier, so that nothing tells whether there is an account (ASVS 6.3.8).
 * @param identifier e-mail address or user name, as typed
 */
export async function recogniseDeviceFor(tokens: string[], identifier: string): Promise<Device | undefined> {
  if (tokens.length === 0) return undefined
  const [user, devices] = await Promise.all([
    User.findOne({ attributes: ['id'], where: whereIdentifier(identifier) }),
    Device.findAll({ where: { tokenHash: tokens.map(hashOfSecret), ...alive() } }),
  ])
  return devices.find(({ userId }) => userId === user?.id)
}

/** Whether this browser stands for the second factor of this user, until a time that no sign-in prolongs. */
export async function isTrustedForSecondFactor(tokens: string[], userId: string): Promise<boolean> {
  const device = await recogniseDevice(tokens, userId)
  return device?.trustedUntil != null && device.trustedUntil > new Date()
}

/** How long a device is known, unless its owner objects, before who signs in there counts as the owner (docs/decisions/0020). */
const PROBATION = lifetimeOf('not-me')

/** Whether the request comes from a device in which the owner surely signed in. */
export async function isOwnersDevice(tokens: string[], userId: string): Promise<boolean> {
  const device = await recogniseDevice(tokens, userId)
  return device?.ownersFrom != null && device.ownersFrom <= new Date()
}

type Remembering = {
  /** Lets the device stand for the second factor from now on. */
  trust: boolean
  /** The first sign-in of the account: nobody else was there before. */
  isFirst?: boolean
}

/**
 * Remembers the client after a complete sign-in, for another DEVICE_LIFETIME, under a new token for this user: a copy of its cookie that
 * somebody took before is a stranger's from now on.
 * @returns whether the account knew the device already, and the tokens for its cookie
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

/** No device of the user stands for the second factor any longer; after a change of password or of a factor. */
export async function forgetTrust(userId: string): Promise<void> {
  await Device.update({ trustedUntil: null }, { where: { userId } })
}

/** The user's devices, the last seen first. */
export async function listDevices(tokens: string[], userId: string) {
  const order: [string, string][] = [['lastSeenAt', 'DESC']]
  const devices = await Device.findAll({ where: { userId, ...alive() }, order, limit: MOST_DEVICES })
  const current = tokens.map(hashOfSecret)
  return devices.map(device => describe(device, current))
}

/** @returns whether there was such a device of this user */
export async function forgetDevice(userId: string, id: string): Promise<boolean> {
  return (await Device.destroy({ where: { id, userId } })) === 1
}

/** @returns how many were forgotten; the one that asks stays */
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
