import { z } from 'zod'
import { ConfigurationError } from '../../configs/env.ts'

const METHOD = /^[A-Z]{1,20}$/
const PATH = /^\/(?:[A-Za-z0-9._~!$&'()+,=:@-]+\/)*(?:[A-Za-z0-9._~!$&'()+,=:@-]+|\*)?$/

const RoleList = z.array(z.string().min(1).max(64)).min(1)

/** How a request must be authorised. */
const demands = {
  roles: RoleList.optional(),
  secondFactor: z.boolean().optional(),
  /** The permission that a bearer token needs; without it, tokens are not accepted. */
  bearer: z
    .string()
    .regex(/^[a-z][a-z-]{0,30}:[a-z][a-z-]{0,30}$/, 'Use a permission such as metrics:read.')
    .optional(),
}

const RuleSchema = z
  .strictObject({
    path: z
      .string()
      .max(500)
      .regex(PATH, 'Use a path such as /metrics, or /api/* for all below, without escapes.')
      .refine(path => !path.split('/').some(part => part === '.' || part === '..'), 'Use a path without dots.'),
    methods: z.array(z.string().regex(METHOD, 'Use methods such as GET.')).min(1).optional(),
    access: z.enum(['public', 'signed-in', 'denied']).default('signed-in'),
    ...demands,
  })
  .refine(
    ({ access, roles, secondFactor, bearer }) => access === 'signed-in' || !(roles || secondFactor || bearer),
    'Leave out roles, secondFactor and bearer: they need access: signed-in.',
  )

const HostSchema = z.strictObject({
  origin: z.string().refine(isOrigin, 'Use scheme, host and port only, such as https://grafana.example.org.'),
  name: z.string().min(1).max(100).optional(),
  user: z.enum(['id', 'username', 'email']).default('id'),
  ...demands,
  rules: z.array(RuleSchema).max(200).default([]),
})

type Demands = { roles?: string[] | undefined; secondFactor: boolean; bearer?: string | undefined }

export type Rule = Demands & {
  access: 'public' | 'signed-in' | 'denied'
  path: string
  /** In lower case. */
  foldedPath: string
  methods?: string[] | undefined
}

/** A protected application. */
export type Application = {
  /** As browsers send it: scheme, host in lower case, port unless it is the usual one. */
  origin: string
  name: string
  /** What `Remote-User` holds. */
  user: 'id' | 'username' | 'email'
  rules: Rule[]
  /** For what no rule matches. */
  otherwise: Rule
}

export type Applications = ReadonlyMap<string, Application>

type Options = { file: string; baseUrl: string }

/**
 * Reads `hosts:` of CLIENTS_FILE.
 * @throws ConfigurationError that names each faulty field
 */
export function readApplications(hosts: unknown[], { file, baseUrl }: Options): Applications {
  const { success, data, error } = z.array(HostSchema).safeParse(hosts)
  if (!success)
    throw new ConfigurationError(error.issues.map(({ path, message }) => `${file}: ${pathOf(path)}: ${message}`))
  if (data.length === 0)
    throw new ConfigurationError([`FORWARD_AUTH is on, but ${file} lists no hosts; see docs/forward-auth.md`])
  const applications = data.map(applicationOf)
  const faults = applications.flatMap(({ origin }, index) => {
    if (origin === new URL(baseUrl).origin) return [`${file}: hosts[${index}]: ${origin} is BASE_URL itself`]
    if (baseUrl.startsWith('https:') && origin.startsWith('http:'))
      return [`${file}: hosts[${index}]: ${origin} is http, which sends its cookie in the clear; write https://`]
    return applications.findIndex(each => each.origin === origin) < index
      ? [`${file}: hosts[${index}]: ${origin} is listed twice`]
      : []
  })
  if (faults.length > 0) throw new ConfigurationError(faults)
  return new Map(applications.map(each => [each.origin, each]))
}

function applicationOf({ origin, name, user, rules, ...common }: z.infer<typeof HostSchema>): Application {
  const url = new URL(origin)
  const inherited = { ...common, secondFactor: common.secondFactor ?? false }
  return {
    origin: url.origin,
    name: name ?? url.host,
    user,
    rules: rules.map(({ path, methods, access, roles, secondFactor, bearer }) => ({
      path,
      foldedPath: path.toLowerCase(),
      methods,
      access,
      roles: roles ?? inherited.roles,
      secondFactor: secondFactor ?? inherited.secondFactor,
      // A token has no second factor, so a rule that demands one must accept tokens by itself.
      bearer: bearer ?? (secondFactor ? undefined : inherited.bearer),
    })),
    otherwise: { ...inherited, path: '/*', foldedPath: '/*', access: 'signed-in' },
  }
}

/** Permissions that rules demand of bearer tokens. */
export function permissionsOf(applications: Applications): string[] {
  const rules = [...applications.values()].flatMap(({ rules, otherwise }) => [...rules, otherwise])
  return [...new Set(rules.flatMap(({ bearer }) => bearer ?? []))].sort()
}

/** Roles that rules name. */
export function rolesIn(applications: Applications): string[] {
  const rules = [...applications.values()].flatMap(({ rules, otherwise }) => [...rules, otherwise])
  return [...new Set(rules.flatMap(({ roles }) => roles ?? []))]
}

/** @param path decoded and in one spelling (src/forward-auth/original-request.ts) @returns the first rule that matches */
export function ruleFor({ rules, otherwise }: Application, method: string, path: string): Rule {
  return rules.find(rule => allows(rule, method) && covers(rule.path, path)) ?? otherwise
}

/** The rule for an application that ignores case. A request that gets another rule by that is ambiguous. */
export function ruleIgnoringCase({ rules, otherwise }: Application, method: string, path: string): Rule {
  const folded = path.toLowerCase()
  return rules.find(rule => allows(rule, method) && covers(rule.foldedPath, folded)) ?? otherwise
}

const allows = ({ methods }: Rule, method: string) => !methods || methods.includes(method)

/** A slash at the end makes no difference, because it makes none to most applications. */
function covers(pattern: string, path: string): boolean {
  if (!pattern.endsWith('/*')) return path === pattern || path === `${pattern}/` || `${path}/` === pattern
  const folder = pattern.slice(0, -1)
  return path.startsWith(folder) || `${path}/` === folder
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text)
  if (!url || !['http:', 'https:'].includes(url.protocol)) return false
  const rest = url.username + url.password + url.search + url.hash
  return url.pathname === '/' && rest === '' && !/[*?#]|\/$/.test(text) && !url.hostname.endsWith('.')
}

function pathOf(path: PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) => text + (typeof part === 'number' ? `[${part}]` : `.${String(part)}`),
    'hosts',
  )
}
