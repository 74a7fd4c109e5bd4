import type { Given } from './address.ts'

/**
 * What the environment says of where S3 is, in the words of AWS's own tools. It becomes part of a job's record, unlike
 * the keys: a job that is resumed in another shell must not go to another server.
 */
export function givenByEnvironment(scheme: string, env: Readonly<Record<string, string | undefined>>): Given {
  if (scheme !== 's3') return {}
  const endpoint = env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL']
  const region = env['AWS_REGION'] || env['AWS_DEFAULT_REGION']
  return { ...(endpoint && { endpoint }), ...(region && { region }) }
}
