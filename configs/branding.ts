import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { reasonOf } from '../src/error-code.ts'
import { ConfigurationError, type Env } from './env.ts'
import { colorOf, paletteOf } from './palette.ts'

type BrandingEnv = Pick<Env, 'SITE_LOGO' | 'SITE_COLOR' | 'CUSTOM_CSS'>

/** A file under a name that changes with its content, so browsers may keep it for good. */
export type BrandingFile = { name: string; type: string; content: Buffer }

export type Branding = { logo?: BrandingFile; style?: BrandingFile }

const LOGO_TYPES: Record<string, string> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
}

/** In bytes: every visitor loads it before the sign-in form is complete. */
const LOGO_LIMIT = 100_000
const STYLE_LIMIT = 100_000

/** Reads what makes the pages look like the site's own. @throws ConfigurationError for a file that is missing, too large or of another type */
export function readBranding(env: BrandingEnv): Branding {
  const logo = env.SITE_LOGO ? readLogo(env.SITE_LOGO) : undefined
  const style = [env.SITE_COLOR && accentStyle(env.SITE_COLOR), env.CUSTOM_CSS && readStyle(env.CUSTOM_CSS)]
  const css = style.filter(Boolean).join('\n')
  return {
    ...(logo && { logo }),
    ...(css && { style: named('style', '.css', 'text/css; charset=utf-8', Buffer.from(css)) }),
  }
}

function readLogo(file: string): BrandingFile {
  const extension = path.extname(file).toLowerCase()
  const type = LOGO_TYPES[extension]
  if (!type) throw new ConfigurationError([`SITE_LOGO ${file} is no ${Object.keys(LOGO_TYPES).join(', ')} file`])
  return named('logo', extension, type, read('SITE_LOGO', file, LOGO_LIMIT))
}

const readStyle = (file: string) => read('CUSTOM_CSS', file, STYLE_LIMIT).toString()

function read(variable: string, file: string, limit: number): Buffer {
  const content = contentOf(variable, file)
  if (content.length <= limit) return content
  throw new ConfigurationError([`${variable} ${file} has ${content.length} bytes; at most ${limit} are served`])
}

function contentOf(variable: string, file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new ConfigurationError([`${variable} ${file} cannot be read (${reasonOf(error)})`])
  }
}

function named(name: string, extension: string, type: string, content: Buffer): BrandingFile {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12)
  return { name: `${name}-${hash}${extension}`, type, content }
}

function accentStyle(hex: string): string {
  const { light, dark } = paletteOf(colorOf(hex))
  return `:root {
  --accent: light-dark(${light.text}, ${dark.text});
  --accent-ground: light-dark(${light.ground}, ${dark.ground});
  --accent-hover: light-dark(${light.hover}, ${dark.hover});
  --on-accent: light-dark(${light.onGround}, ${dark.onGround});
}`
}
