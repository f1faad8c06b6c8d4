import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

/** The end of a session, to be told to an application. Triggers of the database queue it; deleted once delivered. */
export class LogoutNotice extends Model<InferAttributes<LogoutNotice>, InferCreationAttributes<LogoutNotice>> {
  declare clientId: string
  /** Public id. */
  declare sessionId: string
  declare userId: CreationOptional<string | null>
  declare attempts: CreationOptional<number>
  declare nextAttemptAt: Date
  /** Set after the last attempt. */
  declare failedAt: CreationOptional<Date | null>
  declare lastError: CreationOptional<string | null>
  declare createdAt: CreationOptional<Date>

  static register(sequelize: Sequelize) {
    LogoutNotice.init(
      {
        clientId: { type: DataTypes.STRING(255), primaryKey: true },
        sessionId: { type: DataTypes.UUID, primaryKey: true },
        userId: { type: DataTypes.UUID, allowNull: true, defaultValue: null },
        attempts: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
        nextAttemptAt: { type: DataTypes.DATE, allowNull: false },
        failedAt: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        lastError: { type: DataTypes.STRING(255), allowNull: true, defaultValue: null },
        createdAt: DataTypes.DATE,
      },
      { sequelize, tableName: 'LogoutNotices', updatedAt: false },
    )
  }
}
