import type { ProfileName } from './profile.ts'

/** What is known of a service. */
export interface ProfileEvidence {
  readonly root: string
  /** A header of an answer. */
  readonly header?: (name: string) => string | undefined
  /** Text of a refusal, as far as it was read. */
  readonly body?: string | undefined
}

/** Which service answers, told from its URL, headers and refusals; `undefined` where nothing gives it away. */
export function detectProfile({ root, header, body }: ProfileEvidence): ProfileName | undefined {
  return byRoot(root) ?? (header && byHeaders(header)) ?? (body === undefined ? undefined : byBody(body))
}

function byRoot(root: string): ProfileName | undefined {
  const { hostname, pathname } = new URL(root)
  if (hostname === 'healthcare.googleapis.com' || /\/dicomStores\/[^/]+\/dicomWeb$/u.test(pathname)) return 'google'
  if (hostname.endsWith('.dicom.azurehealthcareapis.com')) return 'azure'
  if (/^(?:dicom-)?medical-imaging\.[a-z0-9-]+\.(?:api\.aws|amazonaws\.com)$/u.test(hostname)) return 'aws'
  if (/\/dcm4chee-arc\/aets\/[^/]+\/rs$/u.test(pathname)) return 'dcm4chee'
  return undefined
}

function byHeaders(header: (name: string) => string | undefined): ProfileName | undefined {
  const server = header('server') ?? ''
  if (/^Orthanc/iu.test(server)) return 'orthanc'
  if (header('x-ms-correlation-id') !== undefined) return 'azure'
  if (header('x-amzn-requestid') !== undefined) return 'aws'
  return undefined
}

function byBody(body: string): ProfileName | undefined {
  return /"OrthancStatus"\s*:/u.test(body) ? 'orthanc' : undefined
}
