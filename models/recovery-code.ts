import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

/** Only the SHA-256 of the 120-bit code is kept (ASVS 6.5.2). */
export class RecoveryCode extends Model<InferAttributes<RecoveryCode>, InferCreationAttributes<RecoveryCode>> {
  declare id: CreationOptional<string>
  declare userId: string
  declare codeHash: string
  declare usedAt: CreationOptional<Date | null>
  /** Since then it outlives a recovery (docs/decisions/0020). */
  declare establishedAt: CreationOptional<Date | null>
  /** Not confirmed yet; the earlier codes still work. */
  declare pending: CreationOptional<boolean>
  declare createdAt: CreationOptional<Date>

  static register(sequelize: Sequelize) {
    RecoveryCode.init(
      {
        id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
        userId: { type: DataTypes.UUID, allowNull: false },
        codeHash: { type: DataTypes.STRING(64), allowNull: false },
        usedAt: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        establishedAt: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        pending: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
        createdAt: DataTypes.DATE,
      },
      { sequelize, tableName: 'RecoveryCodes', updatedAt: false },
    )
  }
}
