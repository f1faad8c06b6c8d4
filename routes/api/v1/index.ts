import type { Deps } from '../../../src/deps.ts'
import type { Endpoint } from '../../../src/http/endpoint.ts'
import { showMe } from './me.ts'
import { listRoles } from './roles.ts'
import { listUsers } from './users.ts'

export const v1Endpoints = (_deps: Deps): Endpoint[] => [showMe(), listUsers(), listRoles()]
