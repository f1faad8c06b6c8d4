import { DataTypes, type InferAttributes, type InferCreationAttributes, Model, type Sequelize } from 'sequelize'

/** An identity that a provider confirmed and whose person has to decide first: sign in to link it, or create an account. One per browser. */
export class PendingIdentity extends Model<InferAttributes<PendingIdentity>, InferCreationAttributes<PendingIdentity>> {
  /** SHA-256 of the value in the cookie of the browser. */
  declare browser: string
  /** The account with the same address, which alone it may be linked to; null where no account is known to be the person's. */
  declare userId: string | null
  /** The profile, as sealed JSON. */
  declare sealed: string
  declare expires: Date

  static register(sequelize: Sequelize) {
    PendingIdentity.init(
      {
        browser: { type: DataTypes.STRING(64), primaryKey: true },
        userId: { type: DataTypes.UUID, allowNull: true },
        sealed: { type: DataTypes.TEXT, allowNull: false },
        expires: { type: DataTypes.DATE, allowNull: false },
      },
      { sequelize, tableName: 'PendingIdentities', timestamps: false },
    )
  }
}
