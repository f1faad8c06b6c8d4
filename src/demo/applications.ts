import { NewClientSchema } from '../provider/client-schema.ts'
import { type ClientDeps, createClient } from '../provider/clients.ts'
import type { Member } from './add-user.ts'

type Application = { id: string; name: string; redirectUris: string[]; launchUrl: string; scopes: string[] }

/** Public clients, which need no secret. */
export async function addApplications(deps: ClientDeps, { id: actorId }: Member, applications: Application[]) {
  for (const application of applications) {
    const client = NewClientSchema.parse({ ...application, authMethod: 'none' })
    await createClient(deps, { userId: null, actorId }, client)
  }
}
