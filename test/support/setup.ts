import { afterEach, beforeEach, expect, vi } from 'vitest'
import { takeBreaches } from './contract.ts'

/** Whatever is printed in passing is a defect: it would reach an operator's log without level, id or care for secrets. */
const METHODS = ['log', 'info', 'warn', 'error', 'debug'] as const

beforeEach(() => {
  for (const method of METHODS)
    vi.spyOn(console, method).mockImplementation((...args) => {
      throw new Error(`console.${method} was called: ${args.map(String).join(' ').slice(0, 200)}`)
    })
})

afterEach(() => {
  vi.restoreAllMocks()
  // Every answer in every test is what the OpenAPI document says (ASVS 2.1.1).
  expect(takeBreaches()).toEqual([])
})
