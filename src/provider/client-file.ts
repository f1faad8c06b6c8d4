import { Op } from 'sequelize'
import { z } from 'zod'
import { readClientsFile } from '../../configs/clients-file.ts'
import { withinTransaction } from '../../configs/database/transactions.ts'
import { ConfigurationError, type Env } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import type { Client } from '../../models/client.ts'
import { ClientSecret } from '../../models/client-secret.ts'
import type { AuditEntry } from '../audit/audit.ts'
import { isProblem, sentencesOf } from '../problems.ts'
import { faultsOf } from './client-rules.ts'
import { ClientIdSchema, NewClientSchema } from './client-schema.ts'
import { addSecretHash } from './client-secrets.ts'
import {
  type ClientDeps,
  contentOf,
  createClient,
  differences,
  findClient,
  hasSecrets,
  updateClient,
} from './clients.ts'

const FileClientSchema = NewClientSchema.extend({
  id: ClientIdSchema,
  secretHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'Write the hash that `npm run latchkey -- client hash-secret` prints.')
    .optional(),
})

export type FileClient = z.output<typeof FileClientSchema>

type FileEnv = ClientDeps['env'] & Pick<Env, 'CLIENTS_FILE'>

/** An absent field has its default. @throws ConfigurationError that names each place */
export function readFileClients(env: FileEnv, path: string = env.CLIENTS_FILE): FileClient[] {
  const read = readClientsFile(path).clients.map((entry, at) =>
    readEntry(env, entry, `${path}, client ${idIn(entry) ?? at + 1}`),
  )
  const ids = read.flatMap(({ client }) => (client ? [client.id] : []))
  const repeated = ids
    .filter((id, at) => ids.indexOf(id) < at)
    .map(id => `${path}, client ${id}: this ID is there twice`)
  const faults = [...read.flatMap(each => each.faults), ...repeated]
  if (faults.length > 0) throw new ConfigurationError(faults)
  return read.flatMap(({ client }) => client ?? [])
}

function readEntry(env: FileEnv, entry: unknown, place: string): { client?: FileClient; faults: string[] } {
  const { success, data: client, error } = FileClientSchema.safeParse(entry)
  if (!success)
    return { faults: error.issues.map(({ path, message }) => `${[place, ...path.map(String)].join('/')}: ${message}`) }
  const { id, secretHash, ...content } = client
  const faults = faultsOf(env, content).map(({ pointer, detail }) => `${place}${pointer.slice(1)}: ${detail}`)
  if (secretHash && !hasSecrets(client)) faults.push(`${place}/secretHash: ${client.authMethod} uses no secret.`)
  return { client, faults }
}

function idIn(entry: unknown): string | undefined {
  const { data } = z.object({ id: ClientIdSchema }).safeParse(entry)
  return data?.id
}

/** `fields` that differ; none of a client that is not in the database. */
export type Comparison = { wanted: FileClient; client: Client | null; fields: string[] }

export async function compareClient(wanted: FileClient): Promise<Comparison> {
  const { id, secretHash, ...content } = wanted
  const client = await findClient(id)
  if (!client) return { wanted, client, fields: [] }
  const fields: string[] = differences(contentOf(client), content)
  if (secretHash && !(await holdsSecret(id, secretHash))) fields.push('secretHash')
  return { wanted, client, fields }
}

/** Makes the client of the database like that of the file; other secrets stay. @throws 409, 422 */
export function applyFileClient(deps: ClientDeps, by: AuditEntry, wanted: FileClient): Promise<void> {
  const { secretHash, ...content } = wanted
  return withinTransaction(deps.sequelize, async () => {
    const { id, ...change } = content
    if (await findClient(id)) await updateClient(deps, by, id, change)
    else await createClient(deps, by, content)
    if (secretHash && !(await holdsSecret(id, secretHash))) await addSecretHash(deps, by, id, secretHash)
  })
}

/**
 * At a start: creates what is missing, and reports what differs without changing it.
 * A client that cannot be created, such as one for a role that does not exist yet, does not stop the server.
 */
export async function createFileClients(deps: ClientDeps & { logger: Logger }, clients: FileClient[]): Promise<void> {
  for (const wanted of clients) {
    const { client, fields } = await compareClient(wanted)
    if (!client) await createFileClient(deps, wanted)
    else if (fields.length > 0)
      deps.logger.warn('a client differs from CLIENTS_FILE; run `npm run latchkey -- client check-file`', {
        client: client.id,
        fields: fields.join(', '),
      })
  }
}

async function createFileClient(deps: ClientDeps & { logger: Logger }, wanted: FileClient) {
  try {
    await applyFileClient(deps, { actorId: null, details: { by: 'file' } }, wanted)
    deps.logger.info('a client was created from CLIENTS_FILE', { client: wanted.id })
  } catch (error) {
    if (!isProblem(error)) throw error
    // Another node may have started at the same time.
    if (error.code === 'client_exists' && (await findClient(wanted.id))) return
    deps.logger.error('a client of CLIENTS_FILE cannot be created', { client: wanted.id, cause: sentencesOf(error) })
  }
}

async function holdsSecret(clientId: string, secretHash: string) {
  const unexpired = { [Op.or]: [{ expires: null }, { expires: { [Op.gt]: new Date() } }] }
  return (await ClientSecret.count({ where: { clientId, secretHash, ...unexpired } })) > 0
}
