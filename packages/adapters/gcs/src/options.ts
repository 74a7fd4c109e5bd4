import type { AccessTokens } from '@gantry/core/driver'
import * as z from 'zod'

/** Chunks of resumable uploads are multiples of this. */
const quantum = 256 * 1024
const mebibyte = 1024 * 1024

const tokens = z.custom<AccessTokens>(
  (value) => typeof value === 'object' && value !== null && 'get' in value && 'refuse' in value,
  'Expected access tokens.',
)

/** Options beyond bucket and prefix, which the URL names. */
export const gcsOptionsSchema = z.strictObject({
  endpoint: z
    .url({ protocol: /^https?$/u })
    .optional()
    .meta({
      description: 'Where the service is; default: STORAGE_EMULATOR_HOST, else https://storage.googleapis.com.',
    }),
  keyFile: z.string().min(1).optional().meta({
    description: 'JSON file with the key of a service account, as Google hands it out; it signs URLs, too.',
  }),
  token: z.string().min(1).optional().meta({
    description: 'One access token, such as gcloud auth print-access-token prints.',
  }),
  tokens: tokens.optional().meta({ description: 'Access tokens that somebody else keeps fresh.' }),
  anonymous: z.boolean().optional().meta({
    description: 'Say nothing of who asks, for public buckets; default: with an endpoint on this machine.',
  }),
  userProject: z.string().min(1).optional().meta({
    description: 'Project that pays for requests, for buckets whose owner does not.',
  }),
  verifyReads: z.boolean().default(true).meta({
    description: 'Check whole objects that are read against the CRC-32C that the service keeps.',
  }),
  storageClass: z.string().min(1).optional().meta({
    description: 'Class of new objects, such as NEARLINE; default: the bucket’s.',
  }),
  storageClasses: z
    .array(z.string().min(1))
    .default(['STANDARD', 'NEARLINE', 'COLDLINE', 'ARCHIVE'])
    .meta({ description: 'Classes that objects can be moved to.' }),
  retention: z.enum(['unlocked', 'locked']).optional().meta({
    description: 'The bucket lets objects be retained: mode in which they are.',
  }),
  chunkSize: z
    .int()
    .min(quantum)
    .max(1024 * mebibyte)
    .multipleOf(quantum)
    .default(8 * mebibyte)
    .meta({ description: 'Bytes that are gathered before they are sent, of bodies that are written in one piece.' }),
  uploadsInParts: z.boolean().default(true).meta({
    description: 'The service takes uploads in parts, as the XML API has them; emulators do not.',
  }),
  ca: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .meta({ description: "Certificates (PEM) to trust instead of the system's." }),
})

export interface GcsOptions extends z.input<typeof gcsOptionsSchema> {
  readonly bucket: string
  /** Entries live below it; whole segments. */
  readonly prefix?: string | undefined
  /** Where STORAGE_EMULATOR_HOST and proxies are named; default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined
  /** Milliseconds since the epoch; default: `Date.now`. */
  readonly now?: (() => number) | undefined
}

/** The options with every default in place. */
export interface Settings extends Omit<z.output<typeof gcsOptionsSchema>, 'endpoint'> {
  readonly bucket: string
  /** Empty, or ends with a slash. */
  readonly prefix: string
  /** Without a slash at its end. */
  readonly endpoint: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly now: () => number
}
