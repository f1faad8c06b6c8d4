import type { Endpoint } from '../../../src/http/endpoint.ts'
import type { Deps } from '../../../src/services.ts'
import { exportAuditEvents, listAuditEvents } from './audit-events.ts'
import { disableUsersEndpoint, endSessionsOfUsersEndpoint } from './bulk.ts'
import { addClientSecret, listClientSecrets, removeClientSecret } from './client-secrets.ts'
import { createClientEndpoint, deleteClientEndpoint, listClients, readClient, updateClientEndpoint } from './clients.ts'
import { exportUsersEndpoint } from './exports.ts'
import {
  inviteUserEndpoint,
  listInvitationsEndpoint,
  resendInvitationEndpoint,
  withdrawInvitationEndpoint,
} from './invitations.ts'
import { showMe } from './me.ts'
import { overviewEndpoint } from './overview.ts'
import { createRoleEndpoint, deleteRoleEndpoint, listRoles, readRole, updateRoleEndpoint } from './roles.ts'
import { endAllSessions } from './sessions.ts'
import {
  disableUserEndpoint,
  enableUserEndpoint,
  endUserSession,
  endUserSessions,
  listUserSessions,
  startResetEndpoint,
} from './user-actions.ts'
import { listUserFactors, removeUserFactors, removeUserPasskey, removeUserTotp } from './user-factors.ts'
import { listUserIdentities, unlinkUserIdentity } from './user-identities.ts'
import { grantRoleEndpoint, revokeRoleEndpoint } from './user-roles.ts'
import { listUserTokens, revokeUserToken } from './user-tokens.ts'
import { deleteUser, listUsersEndpoint, readUser, updateUserEndpoint } from './users.ts'

/** @param permissions all that this server knows, a team's own among them */
export function v1Endpoints(deps: Deps, permissions: readonly string[]): Endpoint[] {
  return [
    showMe(),
    listUsersEndpoint(deps),
    exportUsersEndpoint(deps),
    inviteUserEndpoint(deps),
    listInvitationsEndpoint(deps),
    resendInvitationEndpoint(deps),
    withdrawInvitationEndpoint(deps),
    readUser(),
    updateUserEndpoint(deps),
    deleteUser(deps),
    disableUserEndpoint(deps),
    enableUserEndpoint(deps),
    startResetEndpoint(deps),
    disableUsersEndpoint(deps),
    endSessionsOfUsersEndpoint(deps),
    listUserSessions(deps),
    endUserSessions(deps),
    endUserSession(deps),
    endAllSessions(deps),
    listUserTokens(deps),
    revokeUserToken(deps),
    listUserFactors(),
    removeUserFactors(deps),
    removeUserTotp(deps),
    removeUserPasskey(deps),
    listUserIdentities(deps),
    unlinkUserIdentity(deps),
    grantRoleEndpoint(deps),
    revokeRoleEndpoint(deps),
    listRoles(deps),
    createRoleEndpoint(deps, permissions),
    readRole(),
    updateRoleEndpoint(deps, permissions),
    deleteRoleEndpoint(deps),
    listClients(deps),
    createClientEndpoint(deps),
    readClient(),
    updateClientEndpoint(deps),
    deleteClientEndpoint(deps),
    listClientSecrets(),
    addClientSecret(deps),
    removeClientSecret(deps),
    listAuditEvents(deps),
    exportAuditEvents(deps),
    overviewEndpoint(deps),
  ]
}
