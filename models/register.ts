import type { Sequelize } from 'sequelize'
import { ApiToken } from './api-token.ts'
import { ApplicationCode } from './application-code.ts'
import { AuditAnchor } from './audit-anchor.ts'
import { AuditEventRow, AuditHead } from './audit-event.ts'
import { AuthenticatorFailures } from './authenticator-failures.ts'
import { Challenge } from './challenge.ts'
import { Client } from './client.ts'
import { ClientSecret } from './client-secret.ts'
import { Consent } from './consent.ts'
import { Device } from './device.ts'
import { EmailSignIn } from './email-sign-in.ts'
import { EventCount } from './event-count.ts'
import { EventHour } from './event-hour.ts'
import { Identity } from './identity.ts'
import { LogoutNotice } from './logout-notice.ts'
import { Mail } from './mail.ts'
import { OidcArtifact } from './oidc-artifact.ts'
import { OneTimeLink } from './one-time-link.ts'
import { Passkey } from './passkey.ts'
import { PendingIdentity } from './pending-identity.ts'
import { ProviderRequest } from './provider-request.ts'
import { ProviderSession } from './provider-session.ts'
import { RecoveryCode } from './recovery-code.ts'
import { Role } from './role.ts'
import { ServerNode } from './server-node.ts'
import { Session } from './session.ts'
import { SigningKey } from './signing-key.ts'
import { TotpSecret } from './totp-secret.ts'
import { User } from './user.ts'
import { UserRole } from './user-role.ts'
import { UserSearchKey } from './user-search-key.ts'

const MODELS = [
  Role,
  UserRole,
  UserSearchKey,
  User,
  Session,
  OneTimeLink,
  AuditEventRow,
  AuditHead,
  AuditAnchor,
  EventCount,
  EventHour,
  Mail,
  ApiToken,
  SigningKey,
  Device,
  AuthenticatorFailures,
  TotpSecret,
  RecoveryCode,
  Passkey,
  Challenge,
  EmailSignIn,
  ServerNode,
  Identity,
  ProviderRequest,
  PendingIdentity,
  ProviderSession,
  Client,
  ClientSecret,
  ApplicationCode,
  OidcArtifact,
  Consent,
  LogoutNotice,
]

/** A Sequelize class has one connection at a time (docs/decisions/0008). */
export function registerModels(sequelize: Sequelize) {
  for (const model of MODELS) dropAccessors(model)
  for (const model of MODELS) model.register(sequelize)
}

/** Sequelize keeps accessors such as `addRole` together with their old connection. */
function dropAccessors({ associations = {}, prototype }: (typeof MODELS)[number]) {
  for (const association of Object.values(associations)) {
    const { accessors } = association as unknown as { accessors: Record<string, string> }
    for (const name of Object.values(accessors)) Reflect.deleteProperty(prototype, name)
  }
}
