import type { Request } from 'express'

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** `other` for methods that no route has. */
export const methodOf = (req: Request): string => (METHODS.has(req.method) ? req.method : 'other')

/**
 * @param paths as declared, such as `/api/v1/users/:id`
 * @returns what finds the declared path of a URL; undefined for others
 */
export function createRouteNames(paths: string[]): (url: string) => string | undefined {
  const fixed = new Set(paths.filter(path => !path.includes(':')))
  const patterns = [...new Set(paths)]
    .filter(path => path.includes(':'))
    .map(path => ({ path, pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`) }))
  return url => {
    const [path = ''] = url.split('?', 1)
    return fixed.has(path) ? path : patterns.find(({ pattern }) => pattern.test(path))?.path
  }
}
