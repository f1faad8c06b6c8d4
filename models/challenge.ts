import { DataTypes, type InferAttributes, type InferCreationAttributes, Model, type Sequelize } from 'sequelize'

export type ChallengePurpose = 'register' | 'sign-in' | 'second-factor' | 'reauthenticate'

/** A WebAuthn challenge, deleted at the first attempt. */
export class Challenge extends Model<InferAttributes<Challenge>, InferCreationAttributes<Challenge>> {
  /** SHA-256 in hex. */
  declare challengeHash: string
  declare purpose: ChallengePurpose
  /** The session's public id or, before sign-in, the SHA-256 of a cookie's value. */
  declare boundTo: string
  declare expires: Date

  static register(sequelize: Sequelize) {
    Challenge.init(
      {
        challengeHash: { type: DataTypes.STRING(64), primaryKey: true },
        purpose: { type: DataTypes.STRING(24), allowNull: false },
        boundTo: { type: DataTypes.STRING(64), allowNull: false },
        expires: { type: DataTypes.DATE, allowNull: false },
      },
      { sequelize, tableName: 'Challenges', timestamps: false },
    )
  }
}
