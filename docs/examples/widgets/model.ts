import { DataTypes, Model, type Sequelize } from 'sequelize'

export class Widget extends Model<{ id?: number; name: string }> {
  static register = (sequelize: Sequelize) =>
    Widget.init({ name: DataTypes.STRING(100), id: ID }, { sequelize, timestamps: false })
}
const ID = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true }
