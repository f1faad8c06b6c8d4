import type { Express } from 'express'

/** The parts of Express's router that tell what is mounted. */
type Layer = {
  route?: { path: string; methods: Record<string, boolean> }
  handle: { stack?: Layer[] }
  /** Where it is mounted, as written. */
  rawPath?: unknown
}

/** Every route that Express would dispatch to, as `GET /auth/session`, parameters as `{id}`. */
export function mountedRoutes(app: Express): Set<string> {
  return new Set(routesOf((app.router as unknown as { stack: Layer[] }).stack, ''))
}

function routesOf(stack: Layer[], prefix: string): string[] {
  return stack.flatMap(layer => {
    if (layer.route) return namesOf(layer.route, prefix)
    return layer.handle.stack ? routesOf(layer.handle.stack, prefix + mountOf(layer)) : []
  })
}

function namesOf({ path, methods }: NonNullable<Layer['route']>, prefix: string) {
  const full = (prefix + (prefix && path === '/' ? '' : path)).replaceAll(/:(\w+)/g, '{$1}')
  const named = Object.keys(methods).filter(method => method !== '_all')
  return named.map(method => `${method.toUpperCase()} ${full}`)
}

function mountOf({ rawPath }: Layer): string {
  if (typeof rawPath !== 'string') throw new Error('the router no longer tells where it is mounted')
  return rawPath === '/' ? '' : rawPath
}
