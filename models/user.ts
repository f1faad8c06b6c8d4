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

export type Language = 'en' | 'de' | 'es' | 'fr' | 'it' | 'nl' | 'pl' | 'pt'

const SEARCHED = ['email', 'username', 'name']

/** Has an email address, a username or both, in their canonical form (src/identity/identifiers.ts). */
export class User extends Model<InferAttributes<User>, InferCreationAttributes<User>> {
  declare id: CreationOptional<string>
  declare email: string | null
  declare username: string | null
  declare name: string
  declare passwordHash: string | null
  declare disabledAt: CreationOptional<Date | null>
  declare emailVerifiedAt: CreationOptional<Date | null>
  declare firstSignInAt: CreationOptional<Date | null>
  declare lastSignInAt: CreationOptional<Date | null>
  /** Kept by triggers (migrations/20261128000070-sign-ins-and-factors-of-users.ts). */
  declare secondFactor: CreationOptional<boolean>
  /** Higher after each event that ends access; older sign-ins and links then fail. */
  declare securityVersion: CreationOptional<number>
  /** Set by a recovery that left factors (src/accounts/review.ts). */
  declare reviewSince: CreationOptional<Date | null>
  /** Until this registration's address is confirmed, the password does not work. */
  declare pendingRegistration: CreationOptional<string | null>
  /** Becomes the username at confirmation, if it is still free. */
  declare wantedUsername: CreationOptional<string | null>
  /** Of mails and pages; null if it is not known. */
  declare language: CreationOptional<Language | null>
  declare createdAt: CreationOptional<Date>
  declare updatedAt: CreationOptional<Date>
  declare roles?: NonAttribute<Role[]>
  declare addRole: BelongsToManyAddAssociationMixin<Role, string>
  declare removeRole: BelongsToManyRemoveAssociationMixin<Role, string>

  static register(sequelize: Sequelize) {
    User.init(
      {
        id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
        email: { type: DataTypes.STRING(254), allowNull: true, unique: true },
        username: { type: DataTypes.STRING(64), allowNull: true, unique: true },
        name: { type: DataTypes.STRING(200), allowNull: false },
        passwordHash: { type: DataTypes.STRING(255), allowNull: true },
        disabledAt: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        emailVerifiedAt: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        firstSignInAt: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        lastSignInAt: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        secondFactor: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
        securityVersion: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
        reviewSince: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        pendingRegistration: { type: DataTypes.UUID, allowNull: true, defaultValue: null },
        wantedUsername: { type: DataTypes.STRING(64), allowNull: true, defaultValue: null },
        language: { type: DataTypes.STRING(8), allowNull: true, defaultValue: null },
        createdAt: DataTypes.DATE,
        updatedAt: DataTypes.DATE,
      },
      { sequelize, tableName: 'Users' },
    )
    User.belongsToMany(Role, { as: 'roles', through: UserRole, foreignKey: 'userId', otherKey: 'roleId' })
    keepSearchKeys()
  }

  /** The only form in responses: no hash, nothing internal (ASVS 15.3.1). */
  toPublic() {
    return {
      id: this.id,
      email: this.email,
      username: this.username,
      name: this.name,
      roles: (this.roles ?? []).map(role => role.name).sort(),
      disabled: this.disabledAt !== null,
      emailVerified: this.email !== null && this.emailVerifiedAt !== null,
      language: this.language,
      createdAt: this.createdAt.toISOString(),
    }
  }

  /** For lists only: an ETag of it would change with each sign-in. */
  toListed() {
    return {
      ...this.toPublic(),
      lastSignInAt: this.lastSignInAt?.toISOString() ?? null,
      secondFactor: this.secondFactor,
    }
  }
}

/** In the same transaction. */
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
