import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

/** Deleted once the mail server accepted it. */
export class Mail extends Model<InferAttributes<Mail>, InferCreationAttributes<Mail>> {
  declare id: CreationOptional<string>
  /** Recipient, template and data as sealed JSON. */
  declare content: string
  declare attempts: CreationOptional<number>
  declare nextAttemptAt: Date
  /** Set after the last attempt. */
  declare failedAt: CreationOptional<Date | null>
  /** Without the recipient. */
  declare lastError: CreationOptional<string | null>
  declare createdAt: CreationOptional<Date>

  static register(sequelize: Sequelize) {
    Mail.init(
      {
        id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
        content: { type: DataTypes.TEXT, allowNull: false },
        attempts: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
        nextAttemptAt: { type: DataTypes.DATE, allowNull: false },
        failedAt: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        lastError: { type: DataTypes.STRING(255), allowNull: true, defaultValue: null },
        createdAt: DataTypes.DATE,
      },
      { sequelize, tableName: 'Mails', updatedAt: false },
    )
  }
}
