import express, { type ErrorRequestHandler, type RequestHandler } from 'express'
import supertest from 'supertest'
import { describe, expect, test } from 'vitest'
import { inTurn } from '../src/http/in-turn.ts'

const explain: ErrorRequestHandler = (error, _req, res, _next) => void res.status(418).json({ error: String(error) })

const answerOf = (...steps: RequestHandler[]) => {
  const app = express()
  app.use(inTurn(...steps), (_req, res) => void res.json({ after: true }))
  app.use(explain)
  return supertest(app).get('/')
}

describe('several middlewares as one', () => {
  test('run in their order, and what is mounted after them runs after the last', async () => {
    const ran: number[] = []
    const step =
      (number: number): RequestHandler =>
      (_req, _res, next) => {
        ran.push(number)
        setImmediate(next)
      }
    await answerOf(step(1), step(2), step(3)).expect(200, { after: true })
    expect(ran).toEqual([1, 2, 3])
  })

  test.each<[string, RequestHandler]>([
    [
      'throws',
      () => {
        throw new Error('wrong')
      },
    ],
    ['rejects with', () => Promise.reject(new Error('wrong'))],
    ['passes on', (_req, _res, next) => next(new Error('wrong'))],
  ])('what a step %s reaches the error handler, and no later step runs', async (_how, wrong) => {
    let later = false
    const before: RequestHandler = (_req, _res, next) => next()
    const after: RequestHandler = (_req, _res, next) => {
      later = true
      next()
    }
    await answerOf(before, wrong, after).expect(418, { error: 'Error: wrong' })
    expect(later).toBe(false)
  })
})
