import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { databaseOf } from './database.ts'

const CLI = path.resolve(import.meta.dirname, '../../src/cli.ts')

/** Migrates one database per run and dialect; tests copy it instead of running every migration again. */
export default async function makeTemplate({ config }: TestProject) {
  const { url, drop } = await databaseOf(config.env)
  await promisify(execFile)(process.execPath, [CLI, 'migrate', 'up'], {
    env: { PATH: process.env.PATH, NODE_ENV: 'test', DATABASE_URL: url },
  })
  config.env.TEST_TEMPLATE = url
  return drop
}
