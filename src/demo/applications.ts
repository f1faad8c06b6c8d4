import { Consent } from '../../models/consent.ts'
import type { Audit } from '../audit/audit.ts'
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

/** As the consent page does. */
export async function allow({ audit }: { audit: Audit }, { id: userId }: Member, application: Application, at: Date) {
  const { id: clientId, scopes } = application
  await Consent.create({ userId, clientId, scopes, createdAt: at })
  await audit.record('consent_granted', { userId, details: { client: clientId, scopes } })
}
