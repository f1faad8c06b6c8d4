import { DataTypes, type QueryInterface } from 'sequelize'

/** One-time codes that take a sign-in to the host of an application behind a proxy. */
export async function up(queryInterface: QueryInterface) {
  await queryInterface.createTable('ApplicationCodes', {
    codeHash: { type: DataTypes.STRING(64), primaryKey: true },
    origin: { type: DataTypes.STRING(300), allowNull: false },
    browser: { type: DataTypes.STRING(64), allowNull: false },
    sessionId: { type: DataTypes.UUID, allowNull: false },
    returnTo: { type: DataTypes.TEXT, allowNull: false },
    expires: { type: DataTypes.DATE, allowNull: false },
  })
  await queryInterface.addIndex('ApplicationCodes', ['expires'])
}

export const down = (queryInterface: QueryInterface) => queryInterface.dropTable('ApplicationCodes')
