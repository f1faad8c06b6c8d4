import { defineConfig } from 'vitest/config'
import { suiteOn } from './test/support/projects.ts'

export default defineConfig(suiteOn('sqlite', { TEST_DATABASE: 'sqlite' }))
