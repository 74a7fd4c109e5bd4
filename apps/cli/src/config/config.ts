import type { Adapter } from '@gantry/core'
import * as z from 'zod'

/** As in `{ env: 'PACS_SECRET' }`: taken from the environment when the remote is opened, so that files hold no secrets. */
const fromEnvironment = z.strictObject({ env: z.string().min(1) })

const remote = z.union(
  [
    z.string().min(1),
    z.strictObject({
      /** `s3://bucket/prefix`, `file:///archive`, or a path relative to the configuration file. */
      url: z.string().min(1),
      /** What the adapter of this URL takes; any value may be `{ env: 'NAME' }`. */
      options: z.record(z.string(), z.unknown()).optional(),
    }),
  ],
  'A remote is a URL, or { url, options }.',
)

const remoteName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]+$/u, 'A remote has a name of two or more letters, digits, "-" and "_".')
  .refine(
    (name) => !['file', 's3', 'gs', 'hub', 'memory'].includes(name),
    'A remote is not called like a scheme of URLs.',
  )

const adapter = z.union(
  [z.string().min(1), z.custom<Adapter>((value) => isAdapter(value))],
  'An adapter is the name of a package, a path to a module, or what defineAdapter gave.',
)

export const configSchema = z.strictObject({
  adapters: z.array(adapter).default([]),
  remotes: z.record(remoteName, remote).default({}),
})

export type GantryConfig = z.input<typeof configSchema>
export type CheckedConfig = z.output<typeof configSchema>

export function isAdapter(value: unknown): value is Adapter {
  if (typeof value !== 'object' || value === null) return false
  return 'scheme' in value && typeof value.scheme === 'string' && 'open' in value && typeof value.open === 'function'
}

export function isFromEnvironment(value: unknown): value is { readonly env: string } {
  return fromEnvironment.safeParse(value).success
}
