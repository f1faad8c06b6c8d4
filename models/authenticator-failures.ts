import { DataTypes, type InferAttributes, type InferCreationAttributes, Model, type Sequelize } from 'sequelize'

/** What failures are counted by. A password typed in a known device has a count of its own (docs/decisions/0014). */
export type Authenticator = 'password' | 'password:known' | 'totp'

/** Failures of one authenticator of one user since it last succeeded. */
export class AuthenticatorFailures extends Model<
  InferAttributes<AuthenticatorFailures>,
  InferCreationAttributes<AuthenticatorFailures>
> {
  declare userId: string
  declare authenticator: Authenticator
  declare failures: number
  /** Until when even the right secret fails. */
  declare waitUntil: Date | null

  static register(sequelize: Sequelize) {
    AuthenticatorFailures.init(
      {
        userId: { type: DataTypes.UUID, primaryKey: true },
        authenticator: { type: DataTypes.STRING(24), primaryKey: true },
        failures: { type: DataTypes.INTEGER, allowNull: false },
        waitUntil: { type: DataTypes.DATE, allowNull: true },
      },
      { sequelize, tableName: 'AuthenticatorFailures', timestamps: false },
    )
  }
}
