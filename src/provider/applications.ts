import { Op } from 'sequelize'
import { Client } from '../../models/client.ts'
import type { Principal } from '../identity/principal.ts'
import { problems } from '../problems.ts'
import { mayUse } from './account.ts'
import { findClient } from './clients.ts'

/** More than a page of tiles can show. */
const MOST_LAUNCHABLE = 500

export type Launchable = { id: string; name: string; launchUrl: string }

/** The applications that the user may open, by name. */
export async function listLaunchable(principal: Principal): Promise<Launchable[]> {
  const clients = await Client.findAll({
    where: { launchUrl: { [Op.ne]: null }, disabledAt: null },
    order: ['name', 'id'],
    limit: MOST_LAUNCHABLE,
  })
  return clients
    .filter(({ roles }) => mayUse(principal, roles))
    .map(({ id, name, launchUrl }) => ({ id, name, launchUrl: launchUrl ?? '' }))
}

/** @throws 404 */
export async function nameOfApplication(id: string): Promise<{ id: string; name: string }> {
  const client = await findClient(id)
  if (!client || client.disabledAt) throw problems.notFound('application', 'GET /auth/applications')
  return { id: client.id, name: client.name }
}
