import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

/** `admin` and `user` are built in and cannot be renamed or deleted. */
export class Role extends Model<InferAttributes<Role>, InferCreationAttributes<Role>> {
  declare id: CreationOptional<string>
  declare name: string
  declare description: string
  declare permissions: string[]
  declare builtIn: CreationOptional<boolean>

  static register(sequelize: Sequelize) {
    Role.init(
      {
        id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
        name: { type: DataTypes.STRING(64), allowNull: false, unique: true },
        description: { type: DataTypes.STRING(255), allowNull: false },
        permissions: { type: DataTypes.JSON, allowNull: false },
        builtIn: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
      },
      { sequelize, tableName: 'Roles' },
    )
  }

  toPublic() {
    return {
      id: this.id,
      name: this.name,
      description: this.description,
      permissions: this.permissions,
      builtIn: this.builtIn,
    }
  }
}
