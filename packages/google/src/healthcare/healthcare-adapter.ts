import {
  checkGiven,
  type AccessTokens,
  type Adapter,
  defineAdapter,
  GantryError,
  type StoreDriver,
} from '@gantry/core/driver'
import type { Fetch } from '@gantry/http'
import * as z from 'zod'

import { discover } from '../discovery/discover.ts'
import { checkedBase, googleApi, healthcareUrl, projectsUrl } from '../discovery/google-api.ts'
import { resourcePath } from '../discovery/list-resources.ts'
import { depth, parseHealthcareUrl } from './healthcare-url.ts'
import { narrowed } from './narrowed.ts'

const tokensSchema = z.custom<AccessTokens>(
  (value) => typeof value === 'object' && value !== null && 'get' in value && 'refuse' in value,
  'Expected access tokens.',
)

const healthcareOptionsSchema = z.strictObject({
  tokens: tokensSchema.optional().meta({ description: 'Access tokens that somebody else keeps fresh.' }),
  token: z.string().min(1).optional().meta({ description: 'One access token, as long as it lives.' }),
  baseUrl: z.string().default(healthcareUrl).meta({ description: 'Where the Cloud Healthcare API is.' }),
  projectsUrl: z.string().default(projectsUrl).meta({ description: 'Where Resource Manager lists projects.' }),
  quotaProject: z.string().min(1).optional().meta({
    description: 'Project that requests are counted for, where the credentials belong to none.',
  }),
})

/** What the DICOMweb driver is given. */
export interface DicomwebPlace {
  /** `https://healthcare.googleapis.com/v1/projects/.../dicomWeb`, without a slash at its end. */
  readonly root: string
  readonly tokens: AccessTokens
  readonly quotaProject: string | undefined
}

/** What Cloud Healthcare is built on. An adapter imports no other: it is given what it needs. */
export interface HealthcarePorts {
  readonly openDicomweb: (place: DicomwebPlace) => StoreDriver | Promise<StoreDriver>
  /** Default: the platform's. */
  readonly fetch?: Fetch | undefined
}

/** `healthcare://PROJECT/LOCATION/DATASET/STORE[/studies/...]`: opens stores, and lists what lies above them. */
export function healthcareAdapter(ports: HealthcarePorts): Adapter {
  checkGiven(ports, 'healthcareAdapter', { openDicomweb: 'function', fetch: 'function?' })
  const { openDicomweb, fetch } = ports
  return defineAdapter({
    scheme: 'healthcare',
    summary: 'Google Cloud Healthcare: healthcare://PROJECT/LOCATION/DATASET/STORE',
    options: healthcareOptionsSchema,
    async open(url, options) {
      const { ids, below } = parseHealthcareUrl(url)
      if (ids.length < depth) {
        throw new GantryError('invalid', 'This names no DICOM store yet: gantry ls tells what lies below it.')
      }
      const driver = await openDicomweb({
        root: `${checkedBase(options.baseUrl)}/v1${resourcePath(ids)}/dicomWeb`,
        tokens: tokensOf(options),
        quotaProject: options.quotaProject,
      })
      return narrowed(driver, below)
    },
    discover(url, options, call) {
      if (parseHealthcareUrl(url).ids.length >= depth) return undefined
      const { baseUrl, projectsUrl: projects, quotaProject } = options
      const api = googleApi({ tokens: tokensOf(options), baseUrl, projectsUrl: projects, quotaProject, fetch })
      return discover(api, url, call)
    },
  })
}

function tokensOf({ tokens, token }: z.output<typeof healthcareOptionsSchema>): AccessTokens {
  if (tokens !== undefined && token !== undefined) {
    throw new GantryError('invalid', 'There are "tokens" and a "token": give one of them.')
  }
  if (tokens !== undefined) return tokens
  if (token !== undefined) return { get: async () => token, refuse: () => {} }
  throw new GantryError('unauthenticated', 'Google wants to know who asks: give "tokens".')
}
