import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Color, colorOf, contrast, paletteOf } from '../../configs/palette.ts'
import { days } from '../../src/durations.ts'
import { startServer, type TestServer } from '../support/harness.ts'

const LOGO = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
const CSS = '.brand { letter-spacing: 0 }'

let folder: string
let server: TestServer
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'branding-'))
  await writeFile(at('logo.svg'), LOGO)
  await writeFile(at('own.css'), CSS)
  await writeFile(at('large.png'), Buffer.alloc(100_001))
  server = await startServer({
    SITE_COLOR: '#FFD400',
    SITE_LOGO: at('logo.svg'),
    CUSTOM_CSS: at('own.css'),
    SITE_TERMS_URL: 'https://example.org/terms?a=1&b="2"',
    SITE_HELP_URL: 'mailto:help@example.org',
  })
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const at = (name: string) => path.join(folder, name)
const page = async () => (await fetch(`${server.url}/sign-in`)).text()
const linkOf = (html: string, rel: string) => new RegExp(`<link rel="${rel}" href="(/branding/[^"]+)">`).exec(html)?.[1]

describe('the look of a site', () => {
  test('its color and stylesheet come last in the head, under a name that changes with them', async () => {
    const html = await page()
    const href = linkOf(html, 'stylesheet') ?? ''
    expect(html.indexOf(href)).toBeGreaterThan(html.lastIndexOf('/assets/'))
    const answer = await fetch(server.url + href)
    expect(answer.headers.get('Content-Type')).toBe('text/css; charset=utf-8')
    expect(answer.headers.get('Cache-Control')).toBe(`public, max-age=${days(365) / 1000}, immutable`)
    const css = await answer.text()
    expect(css).toContain('--accent-ground: light-dark(#ffd400, #ffd400);')
    expect(css).toContain('--on-accent: light-dark(#000000, #000000);')
    expect(css).toContain(CSS)
  })

  test('3.4.3 its logo is on the page and the icon of the tab, and runs no script where it is opened by itself', async () => {
    const html = await page()
    const href = linkOf(html, 'icon') ?? ''
    expect(html).toContain(`data-logo="${href}"`)
    const answer = await fetch(server.url + href)
    expect(await answer.text()).toBe(LOGO)
    expect(answer.headers.get('Content-Type')).toBe('image/svg+xml')
    expect(answer.headers.get('Content-Security-Policy')).toBe("default-src 'none';style-src 'unsafe-inline';sandbox")
    expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff')
  })

  test('its links are there as text', async () => {
    expect(await page()).toContain(
      'data-links="{&#34;terms&#34;:&#34;https://example.org/terms?a=1&#38;b=%222%22&#34;,&#34;privacy&#34;:&#34;&#34;,&#34;help&#34;:&#34;mailto:help@example.org&#34;}"',
    )
  })

  test('nothing else below its address is served', async () => {
    for (const name of ['own.css', 'logo.svg', '..%2fpackage.json', ''])
      expect((await fetch(`${server.url}/branding/${name}`)).status).toBe(404)
  })
})

describe('what cannot be served stops the start, and is named', () => {
  test.each([
    ['SITE_LOGO', 'missing.svg', /^SITE_LOGO .*missing\.svg cannot be read \(ENOENT\)$/],
    ['SITE_LOGO', 'own.css', /^SITE_LOGO .*own\.css is no \.svg, \.png, \.webp, \.jpg, \.jpeg file$/],
    ['SITE_LOGO', 'large.png', /^SITE_LOGO .*large\.png has 100001 bytes; at most 100000 are served$/],
    ['CUSTOM_CSS', 'missing.css', /^CUSTOM_CSS .*missing\.css cannot be read \(ENOENT\)$/],
  ])('%s=%s', async (variable, file, sentence) => {
    await expect(startServer({ [variable]: at(file) })).rejects.toThrow(sentence)
  })
})

test('1.4.3 of every color, text, and what stands on it, can be read on every ground of the pages', () => {
  const channel = fc.integer({ min: 0, max: 255 })
  const grounds = { light: ['#ffffff', '#f4f6fa', '#eef1f6'], dark: ['#0d1117', '#161b24', '#212938'] }
  fc.assert(
    fc.property(fc.tuple(channel, channel, channel), (color: Color) => {
      const palette = paletteOf(color)
      for (const scheme of ['light', 'dark'] as const) {
        const { text, ground, onGround } = palette[scheme]
        for (const under of grounds[scheme]) expect(contrast(colorOf(text), colorOf(under))).toBeGreaterThanOrEqual(4.5)
        expect(contrast(colorOf(ground), colorOf(onGround))).toBeGreaterThanOrEqual(4.5)
      }
    }),
    { numRuns: 500 },
  )
})
