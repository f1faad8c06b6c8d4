import { randomUUID } from 'node:crypto'
import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  Op,
  type Sequelize,
  type WhereOptions,
} from 'sequelize'

/** Why a session is over; returned only to a client with its correctly signed cookie. */
export const END_REASONS = [
  'signed-out',
  'signed-out-elsewhere',
  'idle',
  'expired',
  'password-changed',
  'email-changed',
  'factor-changed',
  'reported',
  'too-many-attempts',
  'disabled',
  'replaced',
  'admin',
  'restored',
] as const

export type EndReason = (typeof END_REASONS)[number]

/**
 * One row per session, live or ended. `expires` is the nearer of the idle and the absolute limit; an ended row keeps its end in
 * `expires`, so that one index serves every clean-up. The hot statements of src/sessions/table.ts go past this class.
 */
export class Session extends Model<InferAttributes<Session>, InferCreationAttributes<Session>> {
  declare sid: string
  declare publicId: string
  declare userId: string | null
  declare data: string
  declare version: number
  declare secretId: string
  declare renew: CreationOptional<boolean>
  declare createdAt: Date
  declare lastSeenAt: Date
  declare expires: Date
  declare absoluteExpires: Date
  declare ip: string | null
  declare userAgent: string | null
  declare endedAt: CreationOptional<Date | null>
  declare endReason: CreationOptional<EndReason | null>
  /** On the tombstone that a renewal leaves under the old id: the public id of the session that goes on. */
  declare successorId: CreationOptional<string | null>

  static register(sequelize: Sequelize) {
    Session.init(
      {
        sid: { type: DataTypes.STRING(64), primaryKey: true },
        publicId: { type: DataTypes.UUID, allowNull: false, unique: true },
        userId: { type: DataTypes.UUID, allowNull: true },
        data: { type: DataTypes.TEXT, allowNull: false },
        version: { type: DataTypes.INTEGER, allowNull: false },
        secretId: { type: DataTypes.STRING(16), allowNull: false },
        renew: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
        createdAt: { type: DataTypes.DATE, allowNull: false },
        lastSeenAt: { type: DataTypes.DATE, allowNull: false },
        expires: { type: DataTypes.DATE, allowNull: false },
        absoluteExpires: { type: DataTypes.DATE, allowNull: false },
        ip: { type: DataTypes.STRING(45), allowNull: true },
        userAgent: { type: DataTypes.STRING(255), allowNull: true },
        endedAt: { type: DataTypes.DATE, allowNull: true },
        endReason: { type: DataTypes.STRING(24), allowNull: true },
        successorId: { type: DataTypes.UUID, allowNull: true },
      },
      { sequelize, tableName: 'Sessions', timestamps: false },
    )
  }
}

/** The condition for a session that did not end and did not expire. */
export function whereLive() {
  return { endedAt: null, expires: { [Op.gt]: new Date() } }
}

/** Ends the live sessions that match. The rows keep no content. @returns how many */
export async function endSessions(where: WhereOptions<Session>, endReason: EndReason): Promise<number> {
  const now = new Date()
  const [ended] = await Session.update(
    { endedAt: now, endReason, expires: now, data: '{}' },
    { where: { [Op.and]: [where, whereLive()] } },
  )
  return ended
}

type Renewal = {
  /** The id that it has, and the one that it gets. */
  from: string
  to: string
  publicId: string
  /** Of the secret that signs the new cookie. */
  secretId: string
}

/**
 * Gives a live session a new id, and leaves a tombstone under the old one: a client with the old cookie learns why it is dead.
 * @returns whether it was alive, and so has the new id
 */
export async function renameSession({ from, to, publicId, secretId }: Renewal): Promise<boolean> {
  const now = new Date()
  const where = { sid: from, ...whereLive() }
  const [renamed] = await Session.update({ sid: to, secretId, renew: false }, { where })
  if (renamed === 0) return false
  const times = { createdAt: now, lastSeenAt: now, expires: now, absoluteExpires: now, endedAt: now }
  const tombstone = {
    sid: from,
    publicId: randomUUID(),
    userId: null,
    data: '{}',
    version: 1,
    secretId,
    ip: null,
    userAgent: null,
    successorId: publicId,
  }
  await Session.create({ ...tombstone, ...times, endReason: 'replaced' })
  return true
}
