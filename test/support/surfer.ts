/** A browser that follows redirects from site to site with a jar of cookies for each; it runs no script. */
export class Surfer {
  readonly #jars = new Map<string, Map<string, string>>()
  readonly #send: typeof fetch
  /** What the next request is sent with. */
  headers: Record<string, string> = { accept: 'text/html' }

  constructor(send = fetch) {
    this.#send = send
  }

  /** One request, no redirect followed. */
  async ask(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const { origin } = new URL(url)
    const jar = this.#jars.get(origin) ?? new Map<string, string>()
    this.#jars.set(origin, jar)
    const cookie = this.cookieHeader(origin)
    const headers = { ...this.headers, ...(cookie && { cookie }), ...(init.headers as Record<string, string>) }
    const send = this.#send
    const response = await send(url, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) keep(jar, line)
    return response
  }

  /** Follows redirects until there is none, or until one that `stop` wants to see. @returns where it ended, and the answer there */
  async go(url: string | URL, stop: (next: URL) => boolean = () => false) {
    let at = new URL(url)
    for (let hops = 0; hops < 20; hops++) {
      const response = await this.ask(at)
      const location = response.headers.get('location')
      if (!location) return { at, response }
      await response.body?.cancel()
      at = new URL(location, at)
      if (stop(at)) return { at, response }
    }
    throw new Error(`redirected too often, last to ${at}`)
  }

  post(url: string | URL, body: object = {}) {
    const headers = { accept: 'application/json', 'content-type': 'application/json' }
    return this.ask(url, { method: 'POST', body: JSON.stringify(body), headers })
  }

  /** Value of a cookie that a site set. */
  cookie(origin: string, name: string): string | undefined {
    return this.#jars.get(origin)?.get(name)
  }

  /** All cookies of a site, as a Cookie header. */
  cookieHeader(origin: string): string {
    return [...(this.#jars.get(origin) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  forgetSite(origin: string) {
    this.#jars.delete(origin)
  }
}

function keep(jar: Map<string, string>, line: string) {
  const [pair = '', ...attributes] = line.split(';')
  const name = pair.slice(0, pair.indexOf('=')).trim()
  const isGone = attributes.some(each => /^\s*(max-age=0|expires=thu, 01 jan 1970)/i.test(each))
  if (isGone) jar.delete(name)
  else jar.set(name, pair.slice(pair.indexOf('=') + 1))
}

/** The JSON of an answer, in the form that the test expects of it. */
export async function bodyOf<Body>(response: Response): Promise<Body> {
  return (await response.json()) as Body
}
