import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

/** What a user lets an application see and do, until withdrawn. */
export class Consent extends Model<InferAttributes<Consent>, InferCreationAttributes<Consent>> {
  declare userId: string
  declare clientId: string
  /** Also scopes of resources, each as `<resource> <scope>`. */
  declare scopes: string[]
  declare createdAt: CreationOptional<Date>
  declare updatedAt: CreationOptional<Date>

  static register(sequelize: Sequelize) {
    Consent.init(
      {
        userId: { type: DataTypes.UUID, primaryKey: true },
        clientId: { type: DataTypes.STRING(255), primaryKey: true },
        scopes: { type: DataTypes.JSON, allowNull: false },
        createdAt: DataTypes.DATE,
        updatedAt: DataTypes.DATE,
      },
      { sequelize, tableName: 'Consents' },
    )
  }
}
