import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

/** One saved recovery code. Only its SHA-256 is kept: the code itself has 120 bits (ASVS 6.5.2). */
export class RecoveryCode extends Model<InferAttributes<RecoveryCode>, InferCreationAttributes<RecoveryCode>> {
  declare id: CreationOptional<string>
  declare userId: string
  declare codeHash: string
  declare usedAt: CreationOptional<Date | null>
  /** Since when it counts as the owner's and outlives a recovery (docs/decisions/0020). */
  declare establishedAt: CreationOptional<Date | null>
  /** Not confirmed by its owner yet: it opens nothing, and the codes before it still do. */
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
