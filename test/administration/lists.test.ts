import { Client } from 'pg'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client as Application } from '../../models/client.ts'
import { endpointsOf } from '../../src/app.ts'
import { apiClient, grant } from '../support/api-client.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'
import { countStatements } from '../support/statement-counter.ts'

/** No list reads more rows than it shows, times a small constant: asked of the databases themselves, for the SQL that really ran. */

const counter = countStatements()
let server: TestServer
let cookie = ''
let authorization = ''
let bobId = ''
let postgres: Client | undefined
beforeAll(async () => {
  server = await startServer()
  for (const person of [ADA, BOB]) await server.register(person)
  await grant(ADA, 'admin')
  bobId = (await grant(BOB, 'admin')).id
  for (const person of [ADA, BOB]) await server.signIn(person)
  const client = await apiClient(server, ADA)
  ;({ authorization } = client)
  const redirectUris = ['https://wiki.example.org/callback']
  const lists = { postLogoutRedirectUris: [], grantTypes: [], scopes: [], ownScopes: [], resourceScopes: [] }
  // Past the API, which gives no client the ID of a user; all paths are asked with this one.
  for (const id of [bobId, 'other'])
    await Application.create({ id, name: 'Wiki', authMethod: 'none', redirectUris, ...lists })
  ;({ cookie } = await server.signIn(ADA))
  if (server.deps.database.dialect === 'sqlite') return
  postgres = new Client({ connectionString: server.env.DATABASE_URL })
  await postgres.connect()
  // The tables of a test are so small that reading and sorting them is cheapest; so it may only where there is no other way.
  for (const way of ['seqscan', 'sort', 'bitmapscan', 'incremental_sort', 'hashagg'])
    await postgres.query(`SET enable_${way} = off`)
  await postgres.query('SET plan_cache_mode = force_generic_plan')
})
afterAll(async () => {
  counter.stop()
  await postgres?.end()
  await server.close()
})

const USERS = [
  ...['email', '-email', 'name', '-name', 'createdAt', '-createdAt', 'lastSignInAt', '-lastSignInAt'].flatMap(sort => [
    `sort=${sort}`,
    `sort=${sort}&disabled=true`,
    `sort=${sort}&disabled=false`,
  ]),
  ...[
    'secondFactor=true',
    'secondFactor=false',
    'confirmed=false',
    'confirmed=true',
    'secondFactor=false&disabled=true',
  ],
  ...['q=ada', 'role=admin', 'q=example&role=admin'].flatMap(filter => [filter, `${filter}&disabled=false`]),
]
const SPANS = ['', 'since=2001-01-01T00:00:00Z', 'until=2099-01-01T00:00:00Z']

/** The queries with which each list is walked, by the path in the OpenAPI document. */
const WALKS: Record<string, () => string[]> = {
  '/auth/sessions': () => [''],
  '/auth/tokens': () => [''],
  '/auth/devices': () => [''],
  '/auth/activity': () => [''],
  '/auth/applications': () => [''],
  '/auth/factors': () => [''],
  '/auth/review': () => [''],
  '/auth/identities': () => [''],
  '/auth/export': () => [''],
  '/api/v1/users': () => USERS,
  '/api/v1/exports/users': () => ['', 'disabled=true', 'secondFactor=true', 'q=ada'],
  '/api/v1/users/{id}/sessions': () => [''],
  '/api/v1/users/{id}/factors': () => [''],
  '/api/v1/users/{id}/tokens': () => [''],
  '/api/v1/users/{id}/identities': () => [''],
  '/api/v1/invitations': () => [''],
  '/api/v1/roles': () => [''],
  '/api/v1/clients': () => [''],
  '/api/v1/clients/{id}/secrets': () => [''],
  '/api/v1/overview': () => [''],
  '/api/v1/audit-events': () => eventFilters(),
  '/api/v1/audit-events/export': () => eventFilters(),
}

function eventFilters() {
  return [
    '',
    'event=user_created',
    `userId=${bobId}`,
    `actorId=${bobId}`,
    `actorId=${bobId}&event=user_created`,
    'address=127.0.0.1',
  ].flatMap(filter => SPANS.map(span => [filter, span].filter(Boolean).join('&')))
}

describe.each(Object.keys(WALKS))('GET %s', path => {
  test('reads along an index, sorts no table and stops after its page', async () => {
    for (const query of WALKS[path]?.() ?? []) {
      const statements = await counter.during(() => walk(path, query))
      expect(statements.some(isRead), query).toBe(true)
      for (const sql of new Set(statements.filter(isRead))) expect(await faultsOf(sql), `${query}\n${sql}`).toEqual([])
    }
  })
})

const encoded = (...position: unknown[]) => Buffer.from(JSON.stringify(position)).toString('base64url')
const AN_ID = '00000000-0000-4000-8000-000000000000'
const BAD_CURSORS: Record<string, string> = {
  'no JSON': 'x',
  'no id': encoded('2026-01-01T00:00:00.000Z'),
  'an id of no kind': encoded('x', '!'),
  'an empty id': encoded('2026-01-01T00:00:00.000Z', ''),
  'a number for an id': encoded('2026-01-01T00:00:00.000Z', 1),
  'an object for a value': encoded({}, AN_ID),
  'a NUL in the value': encoded('a\0', AN_ID),
  'a NUL in the id': encoded('2026-01-01T00:00:00.000Z', 'a\0'),
  'half of a surrogate pair': encoded('\ud800', AN_ID),
  'a negative number': '-1',
  'a number beyond all rows': '99999999999999999999',
}

test('every list with a cursor refuses a bad one with 422', async () => {
  const { paths } = endpointsOf(server.deps).document() as unknown as {
    paths: Record<string, { get?: { parameters?: { name: string }[] } }>
  }
  const lists = Object.entries(paths).flatMap(([path, { get }]) => {
    const name = get?.parameters?.find(each => each.name === 'cursor' || each.name === 'before')?.name
    return name ? [[path, name] as const] : []
  })
  expect(lists.length).toBeGreaterThan(6)
  for (const [path, name] of lists)
    for (const [title, cursor] of Object.entries(BAD_CURSORS)) {
      const answer = await supertest(server.url)
        .get(`${path.replace('{id}', bobId)}?${name}=${cursor}`)
        .set(path.startsWith('/api') ? { Authorization: authorization } : { Cookie: cookie })
      expect(answer.status, `${path}?${name}, ${title}`).toBe(422)
    }
})

/** The versions of the API, the configured providers, what an application asks for: in no table. */
const WITHOUT_TABLE = ['/api', '/auth/providers', '/auth/interactions/{uid}']

test('every list of the OpenAPI document is walked', () => {
  expect([...Object.keys(WALKS), ...WITHOUT_TABLE]).toEqual(
    expect.arrayContaining(listsOf(endpointsOf(server.deps).document())),
  )
})

/** The first pages of a list, one row each, so that the cursor is tried. */
async function walk(path: string, query: string) {
  for (let page = 0, next: unknown = ''; page < 3 && next !== null && next !== undefined; page++) {
    const paged = /sessions|tokens|activity|v1\/users|invitations|roles|clients$|audit-events$/.test(path)
      ? `&limit=1${next}`
      : ''
    const answer = await supertest(server.url)
      .get(`${path.replace('{id}', bobId)}?${query}${paged}`)
      .set(path.startsWith('/api') ? { Authorization: authorization } : { Cookie: cookie })
    expect(answer.status, `${path}?${query}: ${answer.text}`).toBe(200)
    const cursor: unknown = answer.body.next
    next = cursor && `&${/activity|audit/.test(path) ? 'before' : 'cursor'}=${cursor}`
  }
}

const TABLES = [
  'Roles',
  'Passkeys',
  'Identities',
  'Users',
  'UserRoles',
  'UserSearchKeys',
  'Sessions',
  'ApiTokens',
  'Devices',
  'AuditEvents',
  'EventCounts',
  'EventHours',
  'Clients',
  'ClientSecrets',
  'Consents',
  'OneTimeLinks',
]
function isRead(sql: string) {
  return /^\s*SELECT/.test(sql) && TABLES.some(table => sql.includes(`"${table}"`) || sql.includes(`\`${table}\``))
}

/** Of these nobody has more than 50, so that they may be sorted. */
const FEW = /["`](Devices|Passkeys|ClientSecrets)["`]/

async function faultsOf(sql: string): Promise<string[]> {
  return [
    ...(await (postgres ? faultsOnPostgres(postgres, sql) : faultsOnSqlite(sql))),
    ...(isBounded(sql) ? [] : ['no LIMIT']),
  ]
}

/** By its LIMIT, or because it names whose rows it wants: the users of a page by their ids, their roles. */
function isBounded(sql: string) {
  return (
    /\bLIMIT\b/.test(sql) ||
    /WHERE .{0,20}["`](id|sid|publicId|userId|day|hour|name)["`] (=|IN|>=)/.test(sql.replaceAll(/\s+/g, ' ')) ||
    /= ANY \(ARRAY|json_each\(\$1\)/.test(sql)
  )
}

async function faultsOnSqlite(sql: string) {
  const plan = await server.rows<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql.replaceAll(/\$\d+/g, 'NULL')}`)
  return plan
    .map(({ detail }) => detail)
    .filter(
      detail =>
        (/^SCAN /.test(detail) && !isOrderedScan(detail, sql)) || (/TEMP B-TREE/.test(detail) && !FEW.test(sql)),
    )
}

/** A list without a filter goes along its index from one end; so does one over a partial index, which is the filter. */
function isOrderedScan(detail: string, sql: string) {
  return (
    /^SCAN (listed|json_each|CONSTANT ROW|\(subquery|some|kept)/.test(detail) ||
    (/USING (COVERING )?INDEX/.test(detail) &&
      / LIMIT /.test(sql) &&
      (!/ WHERE /.test(sql) || /INDEX (disabled|launchable|unconfirmed)_/.test(detail)))
  )
}

type Plan = { 'Node Type': string; 'Relation Name'?: string; Plans?: Plan[] }

async function faultsOnPostgres(client: Client, sql: string) {
  const parameters = Math.max(0, ...[...sql.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)))
  await client.query(`PREPARE asked AS ${sql}`)
  const values = parameters === 0 ? '' : `(${Array(parameters).fill('NULL').join()})`
  const { rows } = await client.query(`EXPLAIN (FORMAT JSON) EXECUTE asked ${values}`)
  await client.query('DEALLOCATE asked')
  const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)]
  return nodes(rows[0]['QUERY PLAN'][0].Plan)
    .filter(node => /Sort/.test(node['Node Type']) || /Seq Scan/.test(node['Node Type']))
    .filter(node => node['Relation Name'] !== 'Roles')
    .filter(() => !FEW.test(sql))
    .map(node => `${node['Node Type']} ${node['Relation Name'] ?? ''}`)
}

type Schema = { $ref?: string; type?: unknown; items?: Schema; properties?: Record<string, Schema> }
type OpenApi = { paths: Record<string, Record<string, unknown>>; components: { schemas: Record<string, Schema> } }

/** What answers a GET with an array of objects, or with an object that has one. */
function listsOf(document: unknown): string[] {
  const { paths, components } = document as OpenApi
  const resolved = (schema: Schema | undefined): Schema | undefined =>
    schema?.$ref ? components.schemas[schema.$ref.split('/').at(-1) ?? ''] : schema
  const isList = (schema: Schema | undefined) => resolved(schema?.items)?.type === 'object'
  return Object.entries(paths).flatMap(([path, { get }]) => {
    const content = (get as { responses: Record<string, { content?: Record<string, { schema: Schema }> }> } | undefined)
      ?.responses['200']?.content
    const schema = resolved(content?.['application/json']?.schema)
    const parts = [schema, ...Object.values(schema?.properties ?? {}).map(resolved)]
    return parts.some(isList) ? [path] : []
  })
}
