import type { Credentials } from '../credentials.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The first link of the SDK's chain, by its rules: keys of the environment, unless a profile is named. Known without the SDK,
 * which takes a fifth of a second to load.
 */
export function environmentCredentials(env: Environment): Credentials | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_PROFILE: profile } = env
  if (profile || !accessKeyId || !secretAccessKey) return undefined
  const { AWS_SESSION_TOKEN: sessionToken, AWS_CREDENTIAL_EXPIRATION: expiration } = env
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken && { sessionToken }),
    ...(expiration && { expiration: new Date(expiration) }),
  }
}
