import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

/** A person's account at another login server. `issuer` and `subject` are the key; an address or a name there never is. */
export class Identity extends Model<InferAttributes<Identity>, InferCreationAttributes<Identity>> {
  declare id: CreationOptional<string>
  declare userId: string
  /** As the configuration names it. */
  declare provider: string
  declare issuer: string
  declare subject: string
  /** How the provider calls the account, to tell two apart: an address or a user name. Proves nothing. */
  declare name: string
  declare lastUsedAt: CreationOptional<Date | null>
  /** Since when it counts as the owner's and outlives a recovery (docs/decisions/0020). */
  declare establishedAt: CreationOptional<Date | null>
  declare createdAt: CreationOptional<Date>

  static register(sequelize: Sequelize) {
    Identity.init(
      {
        id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
        userId: { type: DataTypes.UUID, allowNull: false },
        provider: { type: DataTypes.STRING(32), allowNull: false },
        issuer: { type: DataTypes.STRING(255), allowNull: false },
        subject: { type: DataTypes.STRING(255), allowNull: false },
        name: { type: DataTypes.STRING(254), allowNull: false },
        lastUsedAt: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        establishedAt: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        createdAt: DataTypes.DATE,
      },
      { sequelize, tableName: 'Identities', updatedAt: false },
    )
  }
}
