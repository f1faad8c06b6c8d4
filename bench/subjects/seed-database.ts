import { hours } from '../../src/durations.ts'
import { everySession, type Population } from '../population.ts'
import { hashOfBearer } from './seed-bearer.ts'
import { openSeedDatabase, Token, User } from './seed-models.ts'

/** Fills a new SQLite file for the seed subject with the population's users and live sessions, and tokens of its first user. */
export async function fillSeedDatabase(file: string, population: Population, bearers: string[] = []): Promise<void> {
  const { sequelize, store } = openSeedDatabase(file)
  store.stopExpiringSessions()
  await sequelize.sync()
  const sessions = everySession(population)
  await User.bulkCreate(sessions.map(({ userNumber }) => newUser(userNumber)))
  await sequelize.model('Session').bulkCreate(sessions.map(({ sid, userNumber }) => newSession(sid, userNumber)))
  const { userNumber: userId } = population.one
  await Token.bulkCreate(bearers.map(line => ({ hash: hashOfBearer(line), userId })))
  await sequelize.close()
}

function newUser(id: number) {
  return { id, email: `user${id}@example.com`, name: `User ${id}`, passwordHash: 'not used by this bench' }
}

function newSession(sid: string, userNumber: number) {
  const expires = new Date(Date.now() + hours(24))
  const cookie = { originalMaxAge: hours(24), expires, httpOnly: true, path: '/', sameSite: 'lax' }
  return { sid, expires, data: JSON.stringify({ cookie, passport: { user: userNumber } }) }
}
