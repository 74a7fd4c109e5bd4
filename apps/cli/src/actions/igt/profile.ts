import { resolve } from 'node:path'

import { parseIgtUrl } from '@gantry/igt'
import * as z from 'zod'

import { loadConfig } from '../../config/load-config.ts'
import { resolveOptions } from '../../config/resolve-options.ts'
import type { Context } from '../../context.ts'
import { parseAddress } from '../../places/address.ts'
import { isIgtUrl } from '../../places/igt-place.ts'
import { UsageError } from '../../usage-error.ts'

/** What a remote of the configuration says of a cloud, for those arguments that are left out. */
export interface Profile {
  readonly origin?: string | undefined
  readonly project?: string | undefined
  readonly institute?: string | undefined
  readonly user?: string | undefined
  readonly serviceFile?: string | undefined
  readonly structure?: 'flat' | 'hierarchical' | undefined
  readonly endpoint?: string | undefined
  readonly region?: string | undefined
}

/** The rest is for who opens the remote as a place. */
const optionsSchema = z.object({
  user: z.string().optional(),
  serviceFile: z.string().optional(),
  structure: z.enum(['flat', 'hierarchical']).optional(),
  endpoint: z.string().optional(),
  region: z.string().optional(),
})

/** A profile is a remote whose URL is one of a cloud: `igt+https://host/project/institute`. */
export async function readProfile({ io, options }: Context, name: string | undefined): Promise<Profile> {
  if (name === undefined) return {}
  const config = await loadConfig(io.cwd, io.env, options.config)
  const remote = config.remotes[name.replace(/:$/u, '')]
  if (remote === undefined) {
    const known = Object.keys(config.remotes).join(', ')
    throw new UsageError(
      `There is no profile "${name}": it is a remote of the configuration; ${known === '' ? 'none is configured' : `there are: ${known}`}.`,
    )
  }
  const { url, options: given = {} } = typeof remote === 'string' ? { url: remote } : remote
  const address = parseAddress(url, new Set())
  if (address.kind !== 'url' || !isIgtUrl(address.url)) {
    throw new UsageError(`The remote "${name}" is no project of an IGT cloud: its URL begins with igt+https://`)
  }
  const { origin, project, root } = parseIgtUrl(address.url)
  if (root.includes('/'))
    throw new UsageError(`The remote "${name}" is less than an institute: a profile is at least one.`)
  const parsed = optionsSchema.safeParse({ ...address.options, ...resolveOptions(given, io.env) })
  if (!parsed.success) throw new UsageError(`The options of the remote "${name}" are wrong.`)
  const { serviceFile, ...rest } = parsed.data
  return {
    ...rest,
    origin,
    project,
    institute: root === '' ? undefined : root,
    ...(serviceFile !== undefined && { serviceFile: resolve(config.folder, serviceFile) }),
  }
}
