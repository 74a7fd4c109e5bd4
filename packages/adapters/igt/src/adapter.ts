import {
  type Adapter,
  type Call,
  defineAdapter,
  type Discovered,
  GantryError,
  type StoreDriver,
} from '@gantry/core/driver'
import * as z from 'zod'

import { readServiceFile } from './auth/service-file.ts'
import type { IgtLogin } from './auth/session.ts'
import { IgtCloud } from './cloud.ts'
import type { OpenData } from './data/data-stores.ts'
import { igt } from './igt.ts'
import { igtOptionsSchema } from './options.ts'
import { igtUrl, parseIgtUrl } from './parse-url.ts'

/** Options of a cloud that a URL names. */
export const igtAdapterSchema = z.strictObject({
  ...igtOptionsSchema.shape,
  login: z
    .custom<IgtLogin>((value) => typeof value === 'object' && value !== null, 'Expected a login.')
    .optional()
    .meta({ description: 'Who logs in; default: the session that is kept for the cloud.' }),
  user: z.string().min(1).optional().meta({
    description: 'Who is asked for a password by gantry igt; of a service, its id, where its file is called otherwise.',
  }),
  serviceFile: z.string().min(1).optional().meta({
    description: 'Private key of a service, called after its id.',
  }),
  endpoint: z
    .url({ protocol: /^https?$/u })
    .optional()
    .meta({ description: "Where the storage behind the cloud is; without it, Amazon's." }),
  region: z.string().min(1).optional().meta({ description: 'Region of the storage behind the cloud.' }),
  ca: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .meta({ description: "Certificates (PEM) to trust instead of the system's." }),
})

export type IgtAdapterOptions = z.output<typeof igtAdapterSchema>

export interface IgtAdapterParts {
  /** Opens the storage behind a cloud: an S3 store. */
  readonly openData: (options: Pick<IgtAdapterOptions, 'endpoint' | 'region' | 'ca'>) => OpenData
}

/** The adapters of `igt+https:`, and of `igt+http:` on this machine, over the storage that is handed in. */
export function igtAdaptersOn(parts: IgtAdapterParts): { readonly secure: Adapter; readonly plain: Adapter } {
  const definition = {
    summary: 'A project of the Philips IGT cloud: igt+https://host/project/institute',
    options: igtAdapterSchema,
    open: async (url: string, options: IgtAdapterOptions) => await open(parts, url, options),
    discover(url: string, options: IgtAdapterOptions, call: Call) {
      const { origin, project } = parseIgtUrl(url)
      return project === undefined ? discover(origin, options, call) : undefined
    },
  }
  return {
    secure: defineAdapter({ ...definition, scheme: 'igt+https' }),
    plain: defineAdapter({
      ...definition,
      scheme: 'igt+http',
      summary: 'The same on this machine, without TLS: igt+http://127.0.0.1:8080/project/institute',
    }),
  }
}

async function open(parts: IgtAdapterParts, url: string, options: IgtAdapterOptions): Promise<StoreDriver> {
  const { origin, project, root } = parseIgtUrl(url)
  if (project === undefined) {
    throw new GantryError('invalid', 'The URL names a cloud and no project: gantry ls shows which there are.')
  }
  const { login: _login, user: _user, serviceFile: _serviceFile, endpoint, region, ca, ...rest } = options
  const cloud = await cloudOf(origin, options)
  const driver = igt({ ...rest, cloud, project, root, openData: parts.openData({ endpoint, region, ca }) })
  const close = driver.close?.bind(driver)
  // The driver itself, and no copy of it: its abilities are asked for anew each time.
  return Object.assign(driver, {
    async close() {
      await close?.()
      await leave(cloud)
    },
  })
}

async function* discover(
  origin: string,
  options: IgtAdapterOptions,
  call: Call,
): AsyncGenerator<Discovered, void, undefined> {
  const cloud = await cloudOf(origin, options)
  try {
    for (const { name } of await cloud.projects(call)) {
      yield { url: igtUrl(origin, name), name, kind: 'project', store: true }
    }
  } finally {
    await leave(cloud)
  }
}

async function cloudOf(origin: string, { login, user, serviceFile, ca }: IgtAdapterOptions): Promise<IgtCloud> {
  const who = login ?? (serviceFile === undefined ? undefined : await readServiceFile(serviceFile, user))
  if (who === undefined) {
    throw new GantryError('unauthenticated', 'Nobody is logged in to this IGT cloud: gantry igt login --domain DOMAIN')
  }
  return new IgtCloud({ domain: origin, login: who, ...(ca !== undefined && { ca }) })
}

/** A session that was begun here is ended here; that it cannot be does not undo what was done. */
async function leave(cloud: IgtCloud): Promise<void> {
  await cloud.logout().catch(() => {})
  cloud.close()
}
