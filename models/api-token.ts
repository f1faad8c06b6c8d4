import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

/** Only the SHA-256 of the token is kept (ASVS 6.5.2, 14.2.6). */
export class ApiToken extends Model<InferAttributes<ApiToken>, InferCreationAttributes<ApiToken>> {
  /** Public part of the token: `lk_pat_<id>_...`. */
  declare id: string
  declare userId: string
  declare tokenHash: string
  declare name: string
  declare scopes: string[]
  declare expires: Date
  declare lastUsedAt: CreationOptional<Date | null>
  declare createdAt: CreationOptional<Date>

  static register(sequelize: Sequelize) {
    ApiToken.init(
      {
        id: { type: DataTypes.STRING(16), primaryKey: true },
        userId: { type: DataTypes.UUID, allowNull: false },
        tokenHash: { type: DataTypes.STRING(64), allowNull: false },
        name: { type: DataTypes.STRING(100), allowNull: false },
        scopes: { type: DataTypes.JSON, allowNull: false },
        expires: { type: DataTypes.DATE, allowNull: false },
        lastUsedAt: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        createdAt: DataTypes.DATE,
      },
      { sequelize, tableName: 'ApiTokens', updatedAt: false },
    )
  }

  toPublic() {
    return {
      id: this.id,
      name: this.name,
      scopes: this.scopes,
      createdAt: this.createdAt.toISOString(),
      expires: this.expires.toISOString(),
      lastUsedAt: this.lastUsedAt?.toISOString() ?? null,
    }
  }
}
