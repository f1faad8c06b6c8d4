import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

/** Of each algorithm, the highest serial signs. */
export class SigningKey extends Model<InferAttributes<SigningKey>, InferCreationAttributes<SigningKey>> {
  /** One more than the last, so that one of parallel processes can insert it. */
  declare serial: number
  declare kid: string
  declare algorithm: CreationOptional<string>
  declare publicJwk: string
  /** Sealed; null once a newer key signs. */
  declare sealedJwk: string | null
  declare createdAt: CreationOptional<Date>
  /** Its tokens are refused from then on. */
  declare retiredAt: CreationOptional<Date | null>

  static register(sequelize: Sequelize) {
    SigningKey.init(
      {
        serial: { type: DataTypes.INTEGER, primaryKey: true },
        kid: { type: DataTypes.STRING(43), allowNull: false, unique: true },
        algorithm: { type: DataTypes.STRING(16), allowNull: false, defaultValue: 'EdDSA' },
        publicJwk: { type: DataTypes.TEXT, allowNull: false },
        sealedJwk: { type: DataTypes.TEXT, allowNull: true },
        createdAt: DataTypes.DATE,
        retiredAt: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
      },
      { sequelize, tableName: 'SigningKeys', updatedAt: false },
    )
  }
}
