import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'

/** The parts of a key file, as Google hands it out, that libraries look at. */
export interface GcsServiceAccountKey {
  readonly type: 'service_account'
  readonly project_id: string
  readonly private_key_id: string
  /** PEM. */
  readonly private_key: string
  readonly client_email: string
  readonly client_id: string
  readonly token_uri: string
}

export interface GcsServiceAccount {
  readonly key: GcsServiceAccountKey
  /** PEM. */
  readonly publicKey: string
}

/** An invented account with a key of its own, to sign URLs with. */
export async function inventServiceAccount(name = 'signer'): Promise<GcsServiceAccount> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return {
    publicKey,
    key: {
      type: 'service_account',
      project_id: 'gantry-test',
      private_key_id: 'invented',
      private_key: privateKey,
      client_email: `${name}@gantry-test.iam.gserviceaccount.com`,
      client_id: '1',
      token_uri: 'https://oauth2.googleapis.com/token',
    },
  }
}
