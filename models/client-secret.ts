import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

/** A client may hold several, so that one can be replaced without an outage. */
export class ClientSecret extends Model<InferAttributes<ClientSecret>, InferCreationAttributes<ClientSecret>> {
  declare id: CreationOptional<string>
  declare clientId: string
  /** SHA-256; the secret has 256 random bits and is shown once. */
  declare secretHash: string
  /** Its first characters, to tell two apart. */
  declare prefix: string
  /** Null if it does not expire. */
  declare expires: CreationOptional<Date | null>
  declare lastUsedAt: CreationOptional<Date | null>
  declare createdAt: CreationOptional<Date>

  static register(sequelize: Sequelize) {
    // Sequelize writes the column's name into each definition.
    const time = () => ({ type: DataTypes.DATE, allowNull: true, defaultValue: null })
    ClientSecret.init(
      {
        id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
        clientId: { type: DataTypes.STRING(255), allowNull: false },
        secretHash: { type: DataTypes.STRING(64), allowNull: false },
        prefix: { type: DataTypes.STRING(8), allowNull: false },
        expires: time(),
        lastUsedAt: time(),
        createdAt: DataTypes.DATE,
      },
      { sequelize, tableName: 'ClientSecrets', updatedAt: false },
    )
  }

  toPublic() {
    return {
      id: this.id,
      prefix: this.prefix,
      createdAt: this.createdAt.toISOString(),
      expires: this.expires?.toISOString() ?? null,
      lastUsedAt: this.lastUsedAt?.toISOString() ?? null,
    }
  }
}
