import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

/** An Ed25519 key that signs access tokens; the one of the highest serial signs. `src/tokens/signing-keys.ts` goes past this class. */
export class SigningKey extends Model<InferAttributes<SigningKey>, InferCreationAttributes<SigningKey>> {
  /** One more than the key before: of several processes that make one at once, one can have it. */
  declare serial: number
  declare kid: string
  declare publicJwk: string
  /** Sealed (src/encryption/sealer.ts); null once a newer key signs. */
  declare sealedJwk: string | null
  declare createdAt: CreationOptional<Date>
  /** When an operator withdrew it; its tokens are refused from then on. */
  declare retiredAt: CreationOptional<Date | null>

  static register(sequelize: Sequelize) {
    SigningKey.init(
      {
        serial: { type: DataTypes.INTEGER, primaryKey: true },
        kid: { type: DataTypes.STRING(43), allowNull: false, unique: true },
        publicJwk: { type: DataTypes.TEXT, allowNull: false },
        sealedJwk: { type: DataTypes.TEXT, allowNull: true },
        createdAt: DataTypes.DATE,
        retiredAt: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
      },
      { sequelize, tableName: 'SigningKeys', updatedAt: false },
    )
  }
}
