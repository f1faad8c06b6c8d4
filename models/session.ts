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

/** Shown only to a client with the correctly signed cookie. */
export const END_REASONS = [
  'signed-out',
  'signed-out-elsewhere',
  'provider-signed-out',
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

/** `expires` is the nearer limit, or the end of an ended session, so that one index serves all. */
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
  /** On the row under an id that was renewed: public id of the session that goes on. */
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

export function whereLive() {
  return { endedAt: null, expires: { [Op.gt]: new Date() } }
}

/** Clears the content too. @returns how many */
export async function endSessions(where: WhereOptions<Session>, endReason: EndReason): Promise<number> {
  const now = new Date()
  const [ended] = await Session.update(
    { endedAt: now, endReason, expires: now, data: '{}' },
    { where: { [Op.and]: [where, whereLive()] } },
  )
  return ended
}

type Renewal = {
  from: string
  to: string
  publicId: string
  secretId: string
}

/** Leaves an ended row under the old id. @returns whether the session was live */
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
