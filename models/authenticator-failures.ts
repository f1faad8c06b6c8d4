import { DataTypes, type InferAttributes, type InferCreationAttributes, Model, type Sequelize } from 'sequelize'

/** A password typed on a known device has its own count (docs/decisions/0014). */
export type Authenticator = 'password' | 'password:known' | 'totp'

/** In a row. */
export class AuthenticatorFailures extends Model<
  InferAttributes<AuthenticatorFailures>,
  InferCreationAttributes<AuthenticatorFailures>
> {
  declare userId: string
  declare authenticator: Authenticator
  declare failures: number
  /** Until then even the right secret fails. */
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
