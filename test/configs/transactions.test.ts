import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { afterCommit, withinTransaction } from '../../configs/database/transactions.ts'
import { Role } from '../../models/role.ts'
import { startServer, type TestServer } from '../support/harness.ts'

describe('transactions are ambient', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.close())
  beforeEach(async () => {
    await Role.destroy({ where: { builtIn: false } })
  })

  const create = (name: string) => Role.create({ name, description: '', permissions: [] })
  const names = async () => (await Role.findAll({ where: { builtIn: false }, order: ['name'] })).map(({ name }) => name)

  test('a query inside one belongs to it, without naming it', async () => {
    const { sequelize } = server.deps
    const undone = sequelize.transaction(async () => {
      await create('one')
      await sequelize.query(`UPDATE "Roles" SET "description" = 'changed' WHERE "name" = 'user'`)
      expect(await names()).toEqual(['one'])
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    expect(await names()).toEqual([])
    expect(await Role.count({ where: { description: 'changed' } })).toBe(0)
  })

  test('two at once keep apart', async () => {
    const { sequelize } = server.deps
    const outcomes = await Promise.allSettled([
      sequelize.transaction(() => create('kept')),
      sequelize.transaction(async () => {
        await create('lost')
        throw new Error('undone')
      }),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(await names()).toEqual(['kept'])
  })

  test('withinTransaction joins the open one, and begins one where there is none', async () => {
    const { sequelize } = server.deps
    const joined = sequelize.transaction(async () => {
      await withinTransaction(sequelize, () => create('joined'))
      throw new Error('undone')
    })
    await expect(joined).rejects.toThrow('undone')
    const begun = withinTransaction(sequelize, async () => {
      await create('begun')
      throw new Error('undone')
    })
    await expect(begun).rejects.toThrow('undone')
    expect(await names()).toEqual([])
  })

  test('one inside another is refused at once, and the outer one rolled back', async () => {
    const { sequelize } = server.deps
    const nested = sequelize.transaction(async () => {
      await create('outer')
      await sequelize.transaction(() => create('inner'))
    })
    await expect(nested).rejects.toThrow('withinTransaction')
    expect(await names()).toEqual([])
  })

  test('afterCommit waits for the commit, never runs after a rollback, and runs at once outside', async () => {
    const { sequelize } = server.deps
    const done: string[] = []
    await sequelize.transaction(async () => {
      afterCommit(() => done.push('committed'))
      await create('kept')
      expect(done).toEqual([])
    })
    await sequelize
      .transaction(() => {
        afterCommit(() => done.push('rolled back'))
        return Promise.reject(new Error('undone'))
      })
      .catch(() => {})
    afterCommit(() => done.push('outside'))
    expect(done).toEqual(['committed', 'outside'])
  })

  test('what was begun inside and goes on after the commit is outside', async () => {
    const { sequelize } = server.deps
    const gate = Promise.withResolvers<void>()
    let late: Promise<unknown> = Promise.resolve()
    await sequelize.transaction(async () => {
      late = gate.promise.then(() => sequelize.transaction(() => create('late')))
      await create('kept')
    })
    gate.resolve()
    await late
    expect(await names()).toEqual(['kept', 'late'])
  })
})
