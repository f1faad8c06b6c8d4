import { DataTypes, type QueryInterface } from 'sequelize'

/** Sign-ins that wait for the link or the code of an email; one for each address. */
export async function up(queryInterface: QueryInterface) {
  await queryInterface.createTable('EmailSignIns', {
    email: { type: DataTypes.STRING(254), primaryKey: true },
    userId: { type: DataTypes.UUID, allowNull: true, references: { model: 'Users', key: 'id' }, onDelete: 'CASCADE' },
    boundTo: { type: DataTypes.STRING(64), allowNull: false },
    tokenHash: { type: DataTypes.STRING(64), allowNull: false, unique: true },
    codeMac: { type: DataTypes.STRING(44), allowNull: false },
    keyId: { type: DataTypes.STRING(8), allowNull: false },
    codesTried: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    remember: { type: DataTypes.BOOLEAN, allowNull: false },
    securityVersion: { type: DataTypes.INTEGER, allowNull: false },
    expires: { type: DataTypes.DATE, allowNull: false },
  })
  await queryInterface.addIndex('EmailSignIns', ['boundTo'])
  await queryInterface.addIndex('EmailSignIns', ['userId'])
  await queryInterface.addIndex('EmailSignIns', ['expires'])
}

export const down = (queryInterface: QueryInterface) => queryInterface.dropTable('EmailSignIns')
