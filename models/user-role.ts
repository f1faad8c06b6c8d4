import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type NonAttribute,
  type Sequelize,
} from 'sequelize'
import { Role } from './role.ts'

export class UserRole extends Model<InferAttributes<UserRole>, InferCreationAttributes<UserRole>> {
  declare userId: string
  declare roleId: string
  declare createdAt: CreationOptional<Date>
  declare updatedAt: CreationOptional<Date>
  declare role?: NonAttribute<Role>

  static register(sequelize: Sequelize) {
    UserRole.init(
      {
        userId: { type: DataTypes.UUID, primaryKey: true },
        roleId: { type: DataTypes.UUID, primaryKey: true },
        createdAt: DataTypes.DATE,
        updatedAt: DataTypes.DATE,
      },
      { sequelize, tableName: 'UserRoles' },
    )
    UserRole.belongsTo(Role, { as: 'role', foreignKey: 'roleId' })
  }
}
