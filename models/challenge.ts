import { DataTypes, type InferAttributes, type InferCreationAttributes, Model, type Sequelize } from 'sequelize'

export type ChallengePurpose = 'register' | 'sign-in' | 'second-factor' | 'reauthenticate'

/** A WebAuthn challenge that waits for its answer; the row goes with the first try. */
export class Challenge extends Model<InferAttributes<Challenge>, InferCreationAttributes<Challenge>> {
  /** SHA-256 in hex. */
  declare challengeHash: string
  declare purpose: ChallengePurpose
  /** Public id of the session that asked; before a sign-in the SHA-256 of a value in the browser's cookie. */
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
