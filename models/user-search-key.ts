import { DataTypes, type InferAttributes, type InferCreationAttributes, Model, type Sequelize } from 'sequelize'

/** Limits the comparison of a search. */
const SEARCH_KEY_LENGTH = 64
/** A longer name is found by its first words. */
const MOST_WORDS = 8

/** A search is a range of the primary key. models/user.ts writes the keys. */
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

type Named = { email: string | null; username: string | null; name: string }

/** The name from each word on, so that "love" and "ada love" find Ada Lovelace. */
export function searchKeysOf({ email, username, name }: Named): string[] {
  const whole = folded(name)
  const fromEachWord = [...whole.matchAll(/[^\s-]+/g)].slice(0, MOST_WORDS).map(({ index }) => whole.slice(index))
  return [...new Set([email ?? '', username ?? '', ...fromEachWord].map(searchKeyOf))].filter(Boolean).sort()
}

/** Without case and accents, cut to SEARCH_KEY_LENGTH. */
export function searchKeyOf(text: string): string {
  return [...folded(text)].slice(0, SEARCH_KEY_LENGTH).join('')
}

function folded(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').replaceAll(/\s+/g, ' ').trim().toLowerCase()
}
