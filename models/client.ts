import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

export type ClientAuthMethod = 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none'
export type IdTokenAlgorithm = 'RS256' | 'ES256' | 'EdDSA'

/** An application that signs its users in here (OpenID Connect Registration 1.0, section 2). */
export class Client extends Model<InferAttributes<Client>, InferCreationAttributes<Client>> {
  /** The `client_id`. */
  declare id: string
  declare name: string
  declare applicationType: CreationOptional<'web' | 'native'>
  declare authMethod: ClientAuthMethod
  /** Compared as they are, character by character (RFC 9700, 2.1). */
  declare redirectUris: string[]
  declare postLogoutRedirectUris: string[]
  declare backchannelLogoutUri: CreationOptional<string | null>
  /** Where "My applications" leads. */
  declare launchUrl: CreationOptional<string | null>
  declare grantTypes: string[]
  /** Scopes that it may ask a user for. */
  declare scopes: string[]
  /** Scopes of its own, for `client_credentials`: nobody's user. */
  declare ownScopes: string[]
  /** Names of the roles whose holders may use it; null for every user. */
  declare roles: CreationOptional<string[] | null>
  declare secondFactor: CreationOptional<boolean>
  /** For applications of the same team. */
  declare skipConsent: CreationOptional<boolean>
  declare idTokenAlgorithm: CreationOptional<IdTokenAlgorithm>
  /** Public keys for `private_key_jwt`. */
  declare jwks: CreationOptional<{ keys: Record<string, unknown>[] } | null>
  /** Its identifier as a protected resource, and what its access tokens may be limited to (RFC 8707). */
  declare resource: CreationOptional<string | null>
  declare resourceScopes: string[]
  declare disabledAt: CreationOptional<Date | null>
  declare createdAt: CreationOptional<Date>
  declare updatedAt: CreationOptional<Date>

  static register(sequelize: Sequelize) {
    // Sequelize writes the column's name into each definition.
    const list = () => ({ type: DataTypes.JSON, allowNull: false })
    const uri = () => ({ type: DataTypes.STRING(2000), allowNull: true, defaultValue: null })
    const flag = () => ({ type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false })
    Client.init(
      {
        id: { type: DataTypes.STRING(255), primaryKey: true },
        name: { type: DataTypes.STRING(100), allowNull: false },
        applicationType: { type: DataTypes.STRING(16), allowNull: false, defaultValue: 'web' },
        authMethod: { type: DataTypes.STRING(32), allowNull: false },
        redirectUris: list(),
        postLogoutRedirectUris: list(),
        backchannelLogoutUri: uri(),
        launchUrl: uri(),
        grantTypes: list(),
        scopes: list(),
        ownScopes: list(),
        roles: { type: DataTypes.JSON, allowNull: true, defaultValue: null },
        secondFactor: flag(),
        skipConsent: flag(),
        idTokenAlgorithm: { type: DataTypes.STRING(16), allowNull: false, defaultValue: 'RS256' },
        jwks: { type: DataTypes.JSON, allowNull: true, defaultValue: null },
        resource: { ...uri(), unique: true },
        resourceScopes: list(),
        disabledAt: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        createdAt: DataTypes.DATE,
        updatedAt: DataTypes.DATE,
      },
      { sequelize, tableName: 'Clients' },
    )
  }

  toPublic() {
    return {
      id: this.id,
      name: this.name,
      applicationType: this.applicationType,
      authMethod: this.authMethod,
      redirectUris: this.redirectUris,
      postLogoutRedirectUris: this.postLogoutRedirectUris,
      backchannelLogoutUri: this.backchannelLogoutUri,
      launchUrl: this.launchUrl,
      grantTypes: this.grantTypes,
      scopes: this.scopes,
      ownScopes: this.ownScopes,
      roles: this.roles,
      secondFactor: this.secondFactor,
      skipConsent: this.skipConsent,
      idTokenAlgorithm: this.idTokenAlgorithm,
      jwks: this.jwks,
      resource: this.resource,
      resourceScopes: this.resourceScopes,
      disabled: this.disabledAt !== null,
      createdAt: this.createdAt.toISOString(),
    }
  }
}
