import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  Op,
  type Sequelize,
  type Transaction,
} from 'sequelize'

/** Why a session is no longer alive; shown to whoever holds its correctly signed cookie. */
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
] as const

export type EndReason = (typeof END_REASONS)[number]

/**
 * One row per session, live or ended. `expires` is the nearer of the idle and the absolute limit; an ended row keeps its end in
 * `expires`, so that one index serves every clean-up. The hot statements of src/sessions/statements.ts go past this class.
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
      },
      { sequelize, tableName: 'Sessions', timestamps: false },
    )
  }
}

/** Ends the live sessions of a user inside a transaction, but the one under `exceptSid`. @returns how many */
export const endSessionsOf = async (
  transaction: Transaction,
  userId: string,
  endReason: EndReason,
  exceptSid: string,
): Promise<number> => {
  const now = new Date()
  const live = { userId, sid: { [Op.ne]: exceptSid }, endedAt: null, expires: { [Op.gt]: now } }
  const [ended] = await Session.update(
    { endedAt: now, endReason, expires: now, data: '{}' },
    { where: live, transaction },
  )
  return ended
}
