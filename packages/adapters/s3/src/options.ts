import * as z from 'zod'

import { writableChecksums } from './checksum/algorithm.ts'
import type { CredentialsProvider } from './credentials.ts'
import { Connections } from './http/connections.ts'

/** Not strict: the SDK's own credentials have more fields, and it adds some to objects that it was given. */
const credentials = z.object({
  accessKeyId: z.string().min(1),
  secretAccessKey: z.string().min(1),
  sessionToken: z.string().min(1).optional(),
  expiration: z.date().optional(),
})

const provider = z.custom<CredentialsProvider>((value) => typeof value === 'function', 'Expected a function.')

const mebibyte = 1024 * 1024

/** Whoever puts more into the URL means something by it, and it would be passed over: above all a user and a password. */
function isPlain(endpoint: string): boolean {
  const url = URL.parse(endpoint)
  return url !== null && `${url.username}${url.password}${url.search}${url.hash}` === ''
}

/** Options beyond bucket and prefix, which the URL names. */
export const s3OptionsSchema = z.strictObject({
  endpoint: z
    .url({ protocol: /^https?$/u })
    .refine(isPlain, 'Expected a URL without a user, a query or a fragment')
    .optional()
    .meta({
      description: 'Where the service is, such as https://s3.example.org; without it, AWS.',
    }),
  region: z.string().min(1).optional().meta({
    description: "Region; without it, that of AWS's configuration, else us-east-1.",
  }),
  pathStyle: z.boolean().optional().meta({
    description: 'Put the bucket into the path instead of the host name; default: where there is an endpoint.',
  }),
  credentials: z
    .union([credentials, provider, z.literal('anonymous')])
    .optional()
    .meta({
      description:
        "Keys, a function that gets temporary ones, or 'anonymous' for public buckets; without it, AWS's default chain.",
    }),
  checksum: z
    .enum(['none', 'md5', ...writableChecksums])
    .default('crc32c')
    .meta({
      description:
        "What the service is asked to check and keep for every object; 'md5' for services without checksums.",
    }),
  verifyReads: z.boolean().default(true).meta({
    description: 'Check whole objects that are read against the checksum that the service keeps.',
  }),
  conditional: z.boolean().default(true).meta({
    description: 'The service honours If-None-Match and If-Match on writes; older ones pass over them in silence.',
  }),
  storageClass: z.string().min(1).optional().meta({ description: 'Class of new objects, such as STANDARD_IA.' }),
  storageClasses: z.array(z.string().min(1)).optional().meta({
    description: 'Classes that objects can be moved to; default: those of AWS, with an endpoint none.',
  }),
  serverSideEncryption: z.enum(['AES256']).optional().meta({
    description: 'Ask for encryption with keys of the service, where a bucket insists on being asked.',
  }),
  retention: z.enum(['governance', 'compliance']).optional().meta({
    description: 'The bucket has Object Lock: mode in which objects are retained.',
  }),
  uploadsInParts: z.boolean().default(true).meta({
    description:
      'Large objects are written in parts; false for services that have none and do not say so: then one PUT, of at most 5 GiB.',
  }),
  partSize: z
    .int()
    .min(5 * mebibyte)
    .max(5 * 1024 * mebibyte)
    .default(16 * mebibyte)
    .meta({
      description: 'Bytes of a part, where an object of unknown length is written in parts.',
    }),
  stallSeconds: z.number().int().min(1).max(600).default(20).meta({
    description: 'Give up a connection on which nothing, or too little, moved for so long.',
  }),
  stallBytesPerSecond: z.number().int().min(1).default(1024).meta({
    description: 'What is too little while a body is on its way.',
  }),
  connections: z.instanceof(Connections).optional().meta({
    description:
      'Connections to share with other stores, which then have stallSeconds and stallBytesPerSecond; default: its own.',
  }),
  ca: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .meta({
      description: "Certificates (PEM) to trust instead of the system's.",
    }),
})

export interface S3Options extends z.input<typeof s3OptionsSchema> {
  readonly bucket: string
  /** Entries live below it; whole segments. */
  readonly prefix?: string | undefined
}

/** The options with every default in place. */
export interface Settings extends z.output<typeof s3OptionsSchema> {
  readonly bucket: string
  /** Empty, or ends with a slash. */
  readonly prefix: string
}
