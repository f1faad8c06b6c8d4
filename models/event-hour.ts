import { DataTypes, type InferAttributes, type InferCreationAttributes, Model, type Sequelize } from 'sequelize'

/** Written by a database trigger (migrations/20261129000010-event-hours.ts). */
export class EventHour extends Model<InferAttributes<EventHour>, InferCreationAttributes<EventHour>> {
  /** UTC, as in `2026-11-27T09`. */
  declare hour: string
  declare event: string
  declare count: number

  static register(sequelize: Sequelize) {
    EventHour.init(
      {
        hour: { type: DataTypes.STRING(13), primaryKey: true },
        event: { type: DataTypes.STRING(48), primaryKey: true },
        count: { type: DataTypes.INTEGER, allowNull: false },
      },
      { sequelize, tableName: 'EventHours', timestamps: false },
    )
  }
}
