import type { Env } from '../../configs/env.ts'
import { colorOf, paletteOf } from '../../configs/palette.ts'
import type { Letter } from './letter.ts'
import type { MailTexts } from './texts/mail-texts.ts'

export type LookEnv = Pick<Env, 'SITE_NAME' | 'SITE_COLOR' | 'SITE_HELP_URL'>

export function textOf({ paragraphs, action, closing = [] }: Letter, env: LookEnv, { aboveLink }: MailTexts): string {
  const signature = ['-- ', env.SITE_NAME, ...(env.SITE_HELP_URL ? [env.SITE_HELP_URL] : [])].join('\n')
  return [...paragraphs, ...(action ? [`${aboveLink(action.label)}\n${action.link}`] : []), ...closing, signature].join(
    '\n\n',
  )
}

/** As in web/src/styles/tokens.css. */
const ACCENT = '#3451d1'
const FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif"
const GRAY = 'color:#566074;font-size:13px;line-height:20px'

/** One column of 560 px in tables with inline styles, as mail programs want it, and no picture: many do not load any. */
export function htmlOf({ subject, paragraphs, action, closing = [] }: Letter, env: LookEnv, texts: MailTexts): string {
  const { light } = paletteOf(colorOf(env.SITE_COLOR || ACCENT))
  const site = escaped(env.SITE_NAME)
  const help = env.SITE_HELP_URL
    ? ` <a href="${escaped(env.SITE_HELP_URL)}" style="color:#566074">${texts.help}</a>`
    : ''
  return [
    '<!doctype html>',
    `<html lang="${texts.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(subject)}</title></head>`,
    `<body style="margin:0;padding:0;background:#f4f6fa;color:#171d29;${FONT}">`,
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:32px 16px">',
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px">',
    `<tr><td style="padding:0 0 16px;font-size:20px;font-weight:bold">${site}</td></tr>`,
    `<tr><td style="padding:32px 32px 16px;background:#ffffff;border:1px solid #dde3ec;border-top:4px solid ${light.ground};border-radius:8px">`,
    ...paragraphs.map(paragraph),
    ...(action ? actionOf(action, light, texts) : []),
    ...closing.map(paragraph),
    '</td></tr>',
    `<tr><td style="padding:16px 0 0;${GRAY}">${escaped(texts.reason(env.SITE_NAME))}${help}</td></tr>`,
    '</table></td></tr></table></body></html>',
  ].join('\n')
}

const paragraph = (text: string) => `<p style="margin:0 0 16px;font-size:16px;line-height:24px">${escaped(text)}</p>`

/** The address is visible, to copy it and to see where it leads. */
function actionOf(
  { label, link }: { label: string; link: string },
  shades: { ground: string; onGround: string },
  { copyLink }: MailTexts,
) {
  const button = `display:inline-block;padding:12px 24px;border-radius:8px;background:${shades.ground};color:${shades.onGround};font-size:16px;font-weight:bold;text-decoration:none`
  return [
    `<p style="margin:24px 0"><a href="${escaped(link)}" style="${button}">${escaped(label)}</a></p>`,
    `<p style="margin:0 0 16px;word-break:break-all;${GRAY}">${escaped(copyLink(link))}</p>`,
  ]
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escaped = (text: string) => text.replaceAll(/[&<>"']/g, character => ENTITIES[character] ?? '')
