import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  Op,
  type Sequelize,
} from 'sequelize'

/** A row of oidc-provider: a code, a token, a grant, a request that waits for its user. Holds no usable credential. */
export class OidcArtifact extends Model<InferAttributes<OidcArtifact>, InferCreationAttributes<OidcArtifact>> {
  declare idHash: string
  /** The model of oidc-provider, such as `RefreshToken`. */
  declare kind: string
  declare payload: string
  declare grantId: CreationOptional<string | null>
  /** Public id of the session that it dies with. */
  declare sessionId: CreationOptional<string | null>
  declare userId: CreationOptional<string | null>
  declare clientId: CreationOptional<string | null>
  declare userCodeHash: CreationOptional<string | null>
  declare consumedAt: CreationOptional<Date | null>
  declare expires: Date

  static register(sequelize: Sequelize) {
    const optional = { allowNull: true, defaultValue: null }
    OidcArtifact.init(
      {
        idHash: { type: DataTypes.STRING(64), primaryKey: true },
        kind: { type: DataTypes.STRING(40), allowNull: false },
        payload: { type: DataTypes.TEXT, allowNull: false },
        grantId: { type: DataTypes.STRING(300), ...optional },
        sessionId: { type: DataTypes.UUID, ...optional },
        userId: { type: DataTypes.UUID, ...optional },
        clientId: { type: DataTypes.STRING(255), ...optional },
        userCodeHash: { type: DataTypes.STRING(64), ...optional },
        consumedAt: { type: DataTypes.DATE, ...optional },
        expires: { type: DataTypes.DATE, allowNull: false },
      },
      { sequelize, tableName: 'OidcArtifacts', timestamps: false },
    )
  }
}

/** Grants of applications that only a document describes: their IDs are addresses, and no consent is kept for them. */
export function whereGrantsToDocuments(userId: string) {
  return { userId, kind: 'Grant', clientId: { [Op.like]: '%:%' } }
}

type GrantPayload = { iat: number; openid?: { scope?: string }; resources?: Record<string, string> }

/** @returns the time in seconds, and scopes in the form that a consent has: those of a resource follow its identifier */
export function grantIn(payload: string): { iat: number; scopes: string[] } {
  const { iat, openid, resources = {} }: GrantPayload = JSON.parse(payload)
  const atResources = Object.entries(resources).flatMap(([resource, scopes]) =>
    wordsOf(scopes).map(scope => `${resource} ${scope}`),
  )
  return { iat, scopes: [...wordsOf(openid?.scope), ...atResources] }
}

const wordsOf = (text = '') => text.split(' ').filter(word => word !== '')
