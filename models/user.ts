import {
  type BelongsToManyAddAssociationMixin,
  type BelongsToManyRemoveAssociationMixin,
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type NonAttribute,
  type Sequelize,
} from 'sequelize'
import { Role } from './role.ts'
import { UserRole } from './user-role.ts'
import { searchKeysOf, UserSearchKey } from './user-search-key.ts'

/** A change of one of these changes what the user is found by. */
const SEARCHED = ['email', 'username', 'name']

/** A person. `email` and `username` are held in their canonical form only (src/identity/identifiers.ts), unique on it. */
export class User extends Model<InferAttributes<User>, InferCreationAttributes<User>> {
  declare id: CreationOptional<string>
  declare email: string
  declare username: string | null
  declare name: string
  declare passwordHash: string | null
  declare disabledAt: CreationOptional<Date | null>
  declare emailVerifiedAt: CreationOptional<Date | null>
  /** Set once, by the first complete sign-in. */
  declare firstSignInAt: CreationOptional<Date | null>
  /** Goes up with each event that ends access: sign-ins and links that began under an older one open nothing. */
  declare securityVersion: CreationOptional<number>
  /** Set by a recovery that left factors, until the owner has looked at them (src/accounts/review.ts). */
  declare reviewSince: CreationOptional<Date | null>
  /** Id of the registration whose address is not confirmed yet; until it is, the password signs nobody in. */
  declare pendingRegistration: CreationOptional<string | null>
  /** Becomes the username when the address is confirmed, unless it is taken by then. */
  declare wantedUsername: CreationOptional<string | null>
  declare createdAt: CreationOptional<Date>
  declare updatedAt: CreationOptional<Date>
  declare roles?: NonAttribute<Role[]>
  declare addRole: BelongsToManyAddAssociationMixin<Role, string>
  declare removeRole: BelongsToManyRemoveAssociationMixin<Role, string>

  static register(sequelize: Sequelize) {
    User.init(
      {
        id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
        email: { type: DataTypes.STRING(254), allowNull: false, unique: true },
        username: { type: DataTypes.STRING(64), allowNull: true, unique: true },
        name: { type: DataTypes.STRING(200), allowNull: false },
        passwordHash: { type: DataTypes.STRING(255), allowNull: true },
        disabledAt: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        emailVerifiedAt: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        firstSignInAt: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        securityVersion: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
        reviewSince: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        pendingRegistration: { type: DataTypes.UUID, allowNull: true, defaultValue: null },
        wantedUsername: { type: DataTypes.STRING(64), allowNull: true, defaultValue: null },
        createdAt: DataTypes.DATE,
        updatedAt: DataTypes.DATE,
      },
      { sequelize, tableName: 'Users' },
    )
    User.belongsToMany(Role, { as: 'roles', through: UserRole, foreignKey: 'userId', otherKey: 'roleId' })
    keepSearchKeys()
  }

  /** The one form in which a user goes over the wire: no hash, nothing internal (ASVS 15.3.1). */
  toPublic() {
    return {
      id: this.id,
      email: this.email,
      username: this.username,
      name: this.name,
      roles: (this.roles ?? []).map(role => role.name).sort(),
      disabled: this.disabledAt !== null,
      emailVerified: this.emailVerifiedAt !== null,
      createdAt: this.createdAt.toISOString(),
    }
  }
}

/** Has each way of writing users through the model write their search keys, in the same transaction. */
function keepSearchKeys() {
  User.afterCreate(user => writeSearchKeys([user]))
  User.afterBulkCreate(users => writeSearchKeys([...users]))
  User.afterUpdate((user, { fields }) =>
    fields?.some(field => SEARCHED.includes(field)) ? replaceSearchKeys(user) : undefined,
  )
  User.beforeBulkUpdate(options => {
    if (options.fields?.some(field => SEARCHED.includes(field))) options.individualHooks = true
  })
}

async function replaceSearchKeys(user: User) {
  await UserSearchKey.destroy({ where: { userId: user.id } })
  await writeSearchKeys([user])
}

async function writeSearchKeys(users: User[]) {
  const keys = users.flatMap(user => searchKeysOf(user).map(key => ({ key, userId: user.id })))
  await UserSearchKey.bulkCreate(keys)
}
