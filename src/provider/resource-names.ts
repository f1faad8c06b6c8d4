import { Client } from '../../models/client.ts'

/** How users call a protected resource; its identifier if it is unknown. */
export async function nameOfResource(resource: string): Promise<string> {
  const server = await Client.findOne({ where: { resource } })
  return server?.name ?? resource
}
