import type { Letter } from './letter.ts'

export function textOf({ paragraphs, action, closing = [] }: Letter, siteName: string): string {
  return [...paragraphs, ...(action ? [`${action.label}:\n${action.link}`] : []), ...closing, `-- \n${siteName}`].join(
    '\n\n',
  )
}

export function htmlOf({ subject, paragraphs, action, closing = [] }: Letter, siteName: string): string {
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head><body>`,
    ...paragraphs.map(paragraph),
    ...(action ? actionOf(action) : []),
    ...closing.map(paragraph),
    `<hr>${paragraph(siteName)}`,
    '</body></html>',
  ].join('\n')
}

const paragraph = (text: string) => `<p>${escaped(text)}</p>`

/** The address is visible, to copy it and to see where it leads. */
function actionOf({ label, link }: { label: string; link: string }) {
  return [`<p><a href="${escaped(link)}">${escaped(label)}</a></p>`, `<p>Or copy this address: ${escaped(link)}</p>`]
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escaped = (text: string) => text.replaceAll(/[&<>"']/g, character => ENTITIES[character] ?? '')
