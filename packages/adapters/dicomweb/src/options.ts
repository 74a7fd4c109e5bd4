import type { AccessTokens } from '@gantry/core/driver'
import type { Fetch } from '@gantry/http'
import * as z from 'zod'

import { profileNames } from './profiles/profile.ts'

const tokens = z.custom<AccessTokens>(
  (value) => typeof value === 'object' && value !== null && 'get' in value && 'refuse' in value,
  'Expected access tokens.',
)

/** Options beyond the root, which a store's URL names. */
export const dicomwebOptionsSchema = z.strictObject({
  tokens: tokens.optional().meta({ description: 'Access tokens that somebody else keeps fresh.' }),
  token: z.string().min(1).optional().meta({ description: 'One access token.' }),
  user: z.string().min(1).optional().meta({ description: 'User name, for services that ask for one and a password.' }),
  password: z.string().optional().meta({ description: 'The password of the user.' }),
  headers: z.record(z.string(), z.string()).optional().meta({
    description: 'Headers that every request carries, such as the key of a gateway.',
  }),
  profile: z.enum(profileNames).optional().meta({
    description: 'What kind of service it is; default: what its URL and its answers tell.',
  }),
  paging: z.enum(['pages', 'none']).default('pages').meta({
    description: "How matches are asked for; 'none': all at once, of a service that knows no pages.",
  }),
  transferSyntax: z
    .string()
    .regex(/^(?:\*|default|[0-9.]{1,64})$/u, 'Expected a UID, * or default.')
    .default('*')
    .meta({
      description:
        "Transfer syntax that images are asked for in; default: *, as they are kept; 'default': what the service chooses.",
    }),
  stallSeconds: z.number().int().min(1).max(3600).default(60).meta({
    description: 'Give up an answer of which nothing came for so long.',
  }),
  insecure: z.boolean().default(false).meta({
    description: 'Go without TLS beyond this machine too: what passes can be read by anyone on the way.',
  }),
})

/** The same in Node. */
export const nodeDicomwebOptionsSchema = dicomwebOptionsSchema.extend({
  ca: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .meta({ description: "Certificates (PEM) to trust instead of the system's." }),
})

interface Place {
  /** `https://pacs.example.org/dicom-web`: what is below it is named by the standard (PS3.18 8.2). */
  readonly root: string
  /** Milliseconds since the epoch; default: `Date.now`. */
  readonly now?: (() => number) | undefined
}

export interface DicomwebOptions extends Place, z.input<typeof dicomwebOptionsSchema> {
  /** Default: the platform's. */
  readonly fetch?: Fetch | undefined
}

export interface NodeDicomwebOptions extends Place, z.input<typeof nodeDicomwebOptionsSchema> {}
