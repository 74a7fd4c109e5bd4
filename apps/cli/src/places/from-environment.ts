import type { Given } from './address.ts'

/**
 * What the environment says of where a storage is, in the words of its own tools where they have any. It becomes part of a job's record, unlike
 * the keys: a job that is resumed in another shell must not go to another server.
 */
export function givenByEnvironment(scheme: string, env: Readonly<Record<string, string | undefined>>): Given {
  if (scheme === 'healthcare') {
    const baseUrl = env['GANTRY_GOOGLE_ENDPOINT']
    const quotaProject = env['GOOGLE_CLOUD_QUOTA_PROJECT']
    return { ...(baseUrl && { baseUrl, projectsUrl: baseUrl }), ...(quotaProject && { quotaProject }) }
  }
  if (scheme === 'gs') {
    const host = env['STORAGE_EMULATOR_HOST']
    return host ? { endpoint: /^https?:/u.test(host) ? host : `http://${host}` } : {}
  }
  // The storage behind an IGT cloud is S3.
  if (scheme !== 's3' && scheme !== 'igt+https' && scheme !== 'igt+http') return {}
  const endpoint = env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL']
  const region = env['AWS_REGION'] || env['AWS_DEFAULT_REGION']
  return { ...(endpoint && { endpoint }), ...(region && { region }) }
}
