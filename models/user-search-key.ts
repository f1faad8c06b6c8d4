import { DataTypes, type InferAttributes, type InferCreationAttributes, Model, type Sequelize } from 'sequelize'

/** Of each key so many characters are kept, so that a search compares as many at most. */
const SEARCH_KEY_LENGTH = 64
/** A name of more words is found by its first ones. */
const MOST_WORDS = 8

/**
 * One text that a user is found by: a search is a range of keys, read along the primary key. Written with each change of a user that
 * goes through its model (models/user.ts), and removed with the user.
 */
export class UserSearchKey extends Model<InferAttributes<UserSearchKey>, InferCreationAttributes<UserSearchKey>> {
  declare key: string
  declare userId: string

  static register(sequelize: Sequelize) {
    UserSearchKey.init(
      {
        key: { type: DataTypes.STRING(SEARCH_KEY_LENGTH), primaryKey: true },
        userId: { type: DataTypes.UUID, primaryKey: true },
      },
      { sequelize, tableName: 'UserSearchKeys', timestamps: false },
    )
  }
}

type Named = { email: string; username: string | null; name: string }

/** The address, the username, and the name from each of its words on, so that "love" and "ada love" find Ada Lovelace. */
export function searchKeysOf({ email, username, name }: Named): string[] {
  const whole = folded(name)
  const fromEachWord = [...whole.matchAll(/[^\s-]+/g)].slice(0, MOST_WORDS).map(({ index }) => whole.slice(index))
  return [...new Set([email, username ?? '', ...fromEachWord].map(searchKeyOf))].filter(Boolean).sort()
}

/** A text in the form in which it is kept and looked up: without case and accents, and cut to SEARCH_KEY_LENGTH. */
export function searchKeyOf(text: string): string {
  return [...folded(text)].slice(0, SEARCH_KEY_LENGTH).join('')
}

function folded(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').replaceAll(/\s+/g, ' ').trim().toLowerCase()
}
