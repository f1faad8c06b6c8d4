/**
 * The rooms of the house, from the top. A file imports only from its own room and from rooms further down (CONTRIBUTING.md).
 * `configs/` and the ground stand side by side, because the configuration is read in durations and cookies are named by it.
 */
const ROOMS = [
  '^src/(main|supervisor|server|banner|loss-of-npm|cli|env-docs)\\.|^src/(cli|demo|pages)/',
  '^extensions\\.ts',
  '^src/(app|open-services|services|extensions)\\.ts',
  '^routes/',
  '^src/http/',
  '^src/metrics/',
  '^src/tracing/',
  '^src/forward-auth/',
  '^src/maintenance/',
  '^src/provider/',
  '^src/administration/',
  '^src/federation/',
  '^src/accounts/',
  '^src/sign-in/',
  '^src/tokens/',
  '^src/factors/',
  '^src/nodes/',
  '^src/devices/',
  '^src/links/',
  '^src/mail/',
  '^src/audit/',
  '^src/sessions/',
  '^src/passwords/',
  '^src/identity/',
  '^src/invalidation/',
  '^src/encryption/',
  '^configs/|^src/(client-address|cookies|delayed-work|durations|error-code|jobs|keyset|languages|problems?|readiness|unless-taken|version)\\.ts',
  '^models/',
]

/** The type of everything that is opened once and handed to routes and src/http. The other files up there open it. */
const SERVICES = '^src/services\\.ts'

const floors = ROOMS.slice(1).map((room, index) => ({
  name: `only from rooms below: ${room}`,
  severity: 'error',
  from: { path: room },
  to: { path: ROOMS.slice(0, index + 1).join('|'), pathNot: SERVICES },
}))

export default {
  forbidden: [
    ...floors,
    {
      name: 'domain functions name what they need instead of taking all services',
      severity: 'error',
      from: { path: '^src/(?!http/|cli/|demo/)[^/]+/|^configs/|^models/' },
      to: { path: SERVICES },
    },
    {
      name: 'only routes, src/http and the session store know Express',
      severity: 'error',
      from: { path: '^src/(?!http/|sessions/|cli/)[^/]+/|^models/' },
      to: { path: 'node_modules/(@types/)?express(-session)?/' },
    },
    {
      name: 'migrations must read the same in ten years, so they import nothing of ours',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { path: '^(src|routes|configs|models)/' },
    },
    {
      name: 'a package is installed elsewhere, so it shares no file with the server',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { pathNot: '^packages/$1/|node_modules', dependencyTypesNot: ['core'] },
    },
    {
      name: 'the server does not need its packages',
      severity: 'error',
      from: { pathNot: '^packages/' },
      to: { path: '^packages/|^node_modules/@latchkey/' },
    },
    {
      name: 'every file is in a room',
      severity: 'error',
      from: {},
      to: { path: '^(src|routes|configs|models)/', pathNot: ROOMS.join('|') },
    },
    {
      name: 'no cycles, except by the type of the services',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { pathNot: SERVICES } },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
  },
}
