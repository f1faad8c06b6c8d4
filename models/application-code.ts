import { DataTypes, type InferAttributes, type InferCreationAttributes, Model, type Sequelize } from 'sequelize'

/** A one-time code that takes a sign-in to the host of an application. */
export class ApplicationCode extends Model<InferAttributes<ApplicationCode>, InferCreationAttributes<ApplicationCode>> {
  /** SHA-256, in hex. */
  declare codeHash: string
  declare origin: string
  /** SHA-256 of the cookie that the browser has on that host. */
  declare browser: string
  /** Public id of the session. */
  declare sessionId: string
  /** Path and query to go back to. */
  declare returnTo: string
  declare expires: Date

  static register(sequelize: Sequelize) {
    ApplicationCode.init(
      {
        codeHash: { type: DataTypes.STRING(64), primaryKey: true },
        origin: { type: DataTypes.STRING(300), allowNull: false },
        browser: { type: DataTypes.STRING(64), allowNull: false },
        sessionId: { type: DataTypes.UUID, allowNull: false },
        returnTo: { type: DataTypes.TEXT, allowNull: false },
        expires: { type: DataTypes.DATE, allowNull: false },
      },
      { sequelize, tableName: 'ApplicationCodes', timestamps: false },
    )
  }
}
