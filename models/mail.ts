import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

/** A mail that waits to be sent; the row goes when the mail server has taken it. */
export class Mail extends Model<InferAttributes<Mail>, InferCreationAttributes<Mail>> {
  declare id: CreationOptional<string>
  /** Recipient, template and data as JSON, sealed: it holds links that open things (src/encryption/). */
  declare content: string
  declare attempts: CreationOptional<number>
  declare nextAttemptAt: Date
  /** Set where all attempts failed; the row stays for the operator. */
  declare failedAt: CreationOptional<Date | null>
  /** What the mail server said last, without the recipient. */
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
