import { expect } from 'vitest'
import type { z } from 'zod'
import { type ProblemCode, ProblemSchema } from '../../src/problem.ts'

type Answer = { status: number; headers: Record<string, unknown>; body: unknown }

/** Demands problem details of exactly our form, whose instance is the id of the request, and returns them. */
export function expectProblem(answer: Answer, status: number, code: ProblemCode): z.infer<typeof ProblemSchema> {
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status, body: { status, code } })
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  const problem = ProblemSchema.parse(answer.body)
  expect(problem.instance).toBe(`urn:uuid:${answer.headers['x-request-id']}`)
  return problem
}
