import connectSessionSequelize from 'connect-session-sequelize'
import session from 'express-session'
import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  Sequelize,
} from 'sequelize'

export class User extends Model<InferAttributes<User>, InferCreationAttributes<User>> {
  declare id: CreationOptional<number>
  declare email: string
  declare name: string
  declare passwordHash: string

  toPublic() {
    return { id: this.id, email: this.email, name: this.name }
  }
}

/** Bearer tokens the usual way: a row by the hash of the token. */
export class Token extends Model<InferAttributes<Token>, InferCreationAttributes<Token>> {
  declare hash: string
  declare userId: number
}

const SequelizeStore = connectSessionSequelize(session.Store)

/** The stock store and a plain user model on one SQLite file, nothing tuned. */
export function openSeedDatabase(file: string) {
  const sequelize = new Sequelize({ dialect: 'sqlite', storage: file, logging: false })
  User.init(
    {
      id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
      email: { type: DataTypes.STRING, unique: true, allowNull: false },
      name: { type: DataTypes.STRING, allowNull: false },
      passwordHash: { type: DataTypes.STRING, allowNull: false },
    },
    { sequelize },
  )
  Token.init(
    {
      hash: { type: DataTypes.STRING, primaryKey: true },
      userId: { type: DataTypes.INTEGER, allowNull: false },
    },
    { sequelize },
  )
  const store = new SequelizeStore({ db: sequelize })
  return { sequelize, store }
}
