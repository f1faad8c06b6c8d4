import type { MailContent, MailTemplate } from '../content.ts'
import type { Letter } from '../letter.ts'

type DataOf<Name extends MailTemplate> = Extract<MailContent, { template: Name }>['data']

export type Template<Name extends MailTemplate> = (data: DataOf<Name>, siteName: string) => Letter
