import { DataTypes, type InferAttributes, type InferCreationAttributes, Model, type Sequelize } from 'sequelize'

/** `gateway` is a sign-in that asks the person for nothing: CAS may send them back signed out. */
export type ProviderPurpose = 'sign-in' | 'gateway' | 'link' | 'prove'

/** A visit to another login server that waits for its answer. It stays a while after its use, to tell a replay from a stale answer. */
export class ProviderRequest extends Model<InferAttributes<ProviderRequest>, InferCreationAttributes<ProviderRequest>> {
  /** SHA-256 of `state`, in hex. */
  declare stateHash: string
  declare provider: string
  declare purpose: ProviderPurpose
  /** SHA-256 of the value in the cookie of the browser that asked. */
  declare browser: string
  /** Public id of the session that asked; null for a sign-in. */
  declare sessionId: string | null
  /** PKCE verifier, nonce and what the person asked for, as sealed JSON. */
  declare sealed: string
  declare expires: Date
  declare usedAt: Date | null

  static register(sequelize: Sequelize) {
    ProviderRequest.init(
      {
        stateHash: { type: DataTypes.STRING(64), primaryKey: true },
        provider: { type: DataTypes.STRING(32), allowNull: false },
        purpose: { type: DataTypes.STRING(16), allowNull: false },
        browser: { type: DataTypes.STRING(64), allowNull: false },
        sessionId: { type: DataTypes.UUID, allowNull: true },
        sealed: { type: DataTypes.TEXT, allowNull: false },
        expires: { type: DataTypes.DATE, allowNull: false },
        usedAt: { type: DataTypes.DATE, allowNull: true },
      },
      { sequelize, tableName: 'ProviderRequests', timestamps: false },
    )
  }
}
