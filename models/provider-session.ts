import { DataTypes, type InferAttributes, type InferCreationAttributes, Model, type Sequelize } from 'sequelize'

/** Which session of ours began with which session of a provider, so that signing out there ends it here. */
export class ProviderSession extends Model<InferAttributes<ProviderSession>, InferCreationAttributes<ProviderSession>> {
  /** Public id of our session. */
  declare sessionId: string
  declare userId: string
  declare issuer: string
  declare subject: string
  /** SHA-256 of the `sid` claim, or of the CAS ticket; null where the provider names none. */
  declare sidHash: string | null
  /** When our session ends at the latest. */
  declare expires: Date

  static register(sequelize: Sequelize) {
    ProviderSession.init(
      {
        sessionId: { type: DataTypes.UUID, primaryKey: true },
        userId: { type: DataTypes.UUID, allowNull: false },
        issuer: { type: DataTypes.STRING(255), allowNull: false },
        subject: { type: DataTypes.STRING(255), allowNull: false },
        sidHash: { type: DataTypes.STRING(64), allowNull: true },
        expires: { type: DataTypes.DATE, allowNull: false },
      },
      { sequelize, tableName: 'ProviderSessions', timestamps: false },
    )
  }
}
