import { DataTypes, type InferAttributes, type InferCreationAttributes, Model, type Sequelize } from 'sequelize'

/** Written by a database trigger (migrations/20261127000072-event-counts.ts). */
export class EventCount extends Model<InferAttributes<EventCount>, InferCreationAttributes<EventCount>> {
  /** UTC, as in `2026-11-27`. */
  declare day: string
  declare event: string
  declare count: number

  static register(sequelize: Sequelize) {
    EventCount.init(
      {
        day: { type: DataTypes.STRING(10), primaryKey: true },
        event: { type: DataTypes.STRING(48), primaryKey: true },
        count: { type: DataTypes.INTEGER, allowNull: false },
      },
      { sequelize, tableName: 'EventCounts', timestamps: false },
    )
  }
}
