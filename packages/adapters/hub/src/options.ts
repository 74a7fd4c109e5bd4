import type { AccessTokens } from '@gantry/core/driver'
import { hubKeyFileSchema, hubScopes } from '@gantry/core/hub'
import type { Fetch } from '@gantry/http'
import * as z from 'zod'

const tokens = z.custom<AccessTokens>(
  (value) => typeof value === 'object' && value !== null && 'get' in value && 'refuse' in value,
  'Expected access tokens.',
)

/** Options beyond hub and prefix, which the URL names. */
export const hubOptionsSchema = z.strictObject({
  tokens: tokens.optional().meta({ description: 'Access tokens that somebody else keeps fresh.' }),
  token: z.string().min(1).optional().meta({ description: 'One access token, such as that of an opened share.' }),
  key: hubKeyFileSchema.optional().meta({ description: 'Key of a service account, as the hub hands it out.' }),
  scopes: z.array(z.enum(hubScopes)).min(1).optional().meta({
    description: 'Fewer rights than the account has; default: all of them.',
  }),
  verifyReads: z.boolean().default(true).meta({
    description: 'Check whole objects that are read against the checksum that the hub keeps.',
  }),
})

/** The same in Node. */
export const nodeHubOptionsSchema = hubOptionsSchema.extend({
  keyFile: z.string().min(1).optional().meta({
    description: 'File with the key of a service account, which only its owner may read (0600).',
  }),
  ca: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .meta({ description: "Certificates (PEM) to trust instead of the system's." }),
})

interface Place {
  /** `https://hub.example.org`, or below a path of it; default: that of the key. */
  readonly hub?: string
  /** Entries live below it; whole segments. */
  readonly prefix?: string
  /** Milliseconds since the epoch; default: `Date.now`. */
  readonly now?: () => number
}

export interface HubStoreOptions extends Place, z.input<typeof hubOptionsSchema> {
  /** Default: the platform's. */
  readonly fetch?: Fetch | undefined
}

export interface NodeHubStoreOptions extends Place, Omit<z.input<typeof nodeHubOptionsSchema>, 'keyFile'> {}
