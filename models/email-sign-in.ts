import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

/** A sign-in that waits for the link or the code of an email. The newest of an address replaces the one before. */
export class EmailSignIn extends Model<InferAttributes<EmailSignIn>, InferCreationAttributes<EmailSignIn>> {
  /** As it was typed, in its canonical form. */
  declare email: string
  /** Null where the address has no account that may sign in: guesses at its code are counted like any others. */
  declare userId: string | null
  /** SHA-256 of the value in the cookie of the browser that asked. */
  declare boundTo: string
  /** SHA-256 of the secret in the link. */
  declare tokenHash: string
  /** Keyed hash of the code, which is too short for a plain one, and the key's id. */
  declare codeMac: string
  declare keyId: string
  /** Codes that were tried; counted before they are checked. */
  declare codesTried: CreationOptional<number>
  declare remember: boolean
  /** Of the account when the email was requested; it signs nobody in once that goes up. */
  declare securityVersion: number
  declare expires: Date

  static register(sequelize: Sequelize) {
    EmailSignIn.init(
      {
        email: { type: DataTypes.STRING(254), primaryKey: true },
        userId: { type: DataTypes.UUID, allowNull: true },
        boundTo: { type: DataTypes.STRING(64), allowNull: false },
        tokenHash: { type: DataTypes.STRING(64), allowNull: false, unique: true },
        codeMac: { type: DataTypes.STRING(44), allowNull: false },
        keyId: { type: DataTypes.STRING(8), allowNull: false },
        codesTried: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
        remember: { type: DataTypes.BOOLEAN, allowNull: false },
        securityVersion: { type: DataTypes.INTEGER, allowNull: false },
        expires: { type: DataTypes.DATE, allowNull: false },
      },
      { sequelize, tableName: 'EmailSignIns', timestamps: false },
    )
  }
}
