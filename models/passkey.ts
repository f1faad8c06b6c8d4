import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

/** The public half of a WebAuthn credential. */
export class Passkey extends Model<InferAttributes<Passkey>, InferCreationAttributes<Passkey>> {
  declare id: CreationOptional<string>
  declare userId: string
  /** base64url, chosen by the authenticator. */
  declare credentialId: string
  /** COSE key, base64url. */
  declare publicKey: string
  /** 0 if the authenticator keeps none. */
  declare counter: CreationOptional<number>
  declare transports: string[]
  declare name: string
  /** Whether it is synced. */
  declare backedUp: CreationOptional<boolean>
  declare lastUsedAt: CreationOptional<Date | null>
  /** Since then it outlives a recovery (docs/decisions/0020). */
  declare establishedAt: CreationOptional<Date | null>
  declare createdAt: CreationOptional<Date>

  static register(sequelize: Sequelize) {
    Passkey.init(
      {
        id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
        userId: { type: DataTypes.UUID, allowNull: false },
        credentialId: { type: DataTypes.STRING(1400), allowNull: false, unique: true },
        publicKey: { type: DataTypes.TEXT, allowNull: false },
        counter: { type: DataTypes.BIGINT, allowNull: false, defaultValue: 0 },
        transports: { type: DataTypes.JSON, allowNull: false },
        name: { type: DataTypes.STRING(100), allowNull: false },
        backedUp: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
        lastUsedAt: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        establishedAt: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        createdAt: DataTypes.DATE,
      },
      { sequelize, tableName: 'Passkeys', updatedAt: false },
    )
  }

  toPublic() {
    return {
      id: this.id,
      name: this.name,
      createdAt: this.createdAt.toISOString(),
      lastUsedAt: this.lastUsedAt?.toISOString() ?? null,
      backedUp: this.backedUp,
    }
  }
}
