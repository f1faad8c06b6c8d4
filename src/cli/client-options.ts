import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { z } from 'zod'
import type { ClientContent } from '../provider/client-schema.ts'
import { gather } from './arguments.ts'
import { Refusal } from './refusal.ts'
import type { Cli } from './settings.ts'

type Field = keyof ClientContent
type OptionForm = [field: Field, flag: string, about: string]

const TEXTS: OptionForm[] = [
  ['name', '--name <name>', 'name that users see'],
  ['applicationType', '--application-type <web|native>', 'native for apps on phones and computers (default: web)'],
  ['authMethod', '--auth-method <method>', 'client_secret_basic (default), client_secret_post, private_key_jwt, none'],
  ['backchannelLogoutUri', '--backchannel-logout-uri <uri>', 'where to report that a session ended'],
  ['launchUrl', '--launch-url <url>', 'its start page'],
  ['idTokenAlgorithm', '--id-token-algorithm <name>', 'RS256 (default), ES256 or EdDSA'],
  ['resource', '--resource <uri>', 'its identifier as an API for other clients'],
]
const LISTS: OptionForm[] = [
  ['redirectUris', '--redirect-uri <uri>', 'where users return after signing in; exact'],
  ['postLogoutRedirectUris', '--post-logout-redirect-uri <uri>', 'where users return after signing out; exact'],
  ['grantTypes', '--grant-type <grant>', 'grant that it may use (default: authorization_code)'],
  ['scopes', '--scope <scope>', 'scope that it may ask users for (default: openid, profile, email)'],
  ['ownScopes', '--own-scope <scope>', 'scope that it gets for itself by client_credentials'],
  ['roles', '--role <role>', 'role that may use it (default: every user)'],
  ['resourceScopes', '--resource-scope <scope>', 'scope of its API'],
]
const SWITCHES: OptionForm[] = [
  ['secondFactor', '--second-factor <yes|no>', 'whether users need a second factor (default: no)'],
  ['skipConsent', '--skip-consent <yes|no>', 'whether users are not asked, for your own applications (default: no)'],
  ['disabled', '--disabled <yes|no>', 'whether nobody can sign in to it (default: no)'],
]

const REPEAT = "; repeat for several, '' for none"

/** Their values under the names of the API's fields. */
export function addFieldOptions(command: Command): Command {
  for (const [, flag, about] of TEXTS) command.option(flag, about)
  for (const [, flag, about] of LISTS) command.option(flag, about + REPEAT, gather)
  for (const [, flag, about] of SWITCHES) command.option(flag, about, yesOrNo)
  return command.option('--jwks <file>', 'JSON file with its public keys, for private_key_jwt')
}

function yesOrNo(text: string): boolean {
  if (text === 'yes' || text === 'no') return text === 'yes'
  throw new InvalidArgumentError('Write yes or no.')
}

/** Only those that were written. @throws Refusal for a file of keys that cannot be read */
export async function fieldsOf(
  { directory }: Cli,
  options: Record<string, unknown>,
): Promise<Partial<Record<Field, unknown>>> {
  const fields: Partial<Record<Field, unknown>> = {}
  for (const [field, flag] of [...TEXTS, ...LISTS, ...SWITCHES]) {
    const value = options[new Option(flag).attributeName()]
    if (value !== undefined) fields[field] = isEmpty(value) ? emptyOf(field) : value
  }
  if (typeof options.jwks === 'string') fields.jwks = options.jwks && (await readJson(directory, options.jwks))
  if (fields.jwks === '') fields.jwks = null
  return fields
}

const isEmpty = (value: unknown) => value === '' || (Array.isArray(value) && value.join('') === '')

const emptyOf = (field: Field) => (field !== 'roles' && LISTS.some(([name]) => name === field) ? [] : null)

async function readJson(directory: string, file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path.resolve(directory, file), 'utf8'))
  } catch (error) {
    throw new Refusal(`${file} cannot be read as JSON: ${error instanceof Error ? error.message : error}`)
  }
}

/** @throws Refusal that names each option */
export function parsedFields<Schema extends z.ZodType>(schema: Schema, fields: object): z.output<Schema> {
  const { success, data, error } = schema.safeParse(fields)
  if (success) return data
  throw new Refusal(
    error.issues.map(({ path: [field], message }) => `${optionOf(String(field))}: ${message}`).join(' '),
  )
}

function optionOf(field: string): string {
  const [, flag = `--${field}`] = [...TEXTS, ...LISTS, ...SWITCHES].find(([name]) => name === field) ?? []
  return flag.split(' ')[0] ?? flag
}
