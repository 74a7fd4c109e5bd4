import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'

import type { Store } from '@gantry/core'
import { isLoopback, isPrivateRoad } from '@gantry/http'
import type { HubMount } from '@gantry/hub'
import { openHub, serveHub } from '@gantry/hub/node'

import { Closers } from '../../closers.ts'
import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { bareUrl } from '../../places/bare-url.ts'
import { openPlacesUntold } from '../../places/open-places.ts'
import { toJsonLine } from '../../render/json.ts'
import { printable } from '../../render/text.ts'
import { UsageError } from '../../usage-error.ts'
import { dicomwebPath, dicomwebScopes } from './dicomweb-path.ts'
import { openDicomweb, type OpenedDicomweb } from '../dicomweb/open-dicomweb.ts'
import { servingLog } from '../serving-log.ts'
import { openPages } from './open-pages.ts'
import { openRemotes } from './open-remotes.ts'
import {
  holdHubFolder,
  hubFolderOf,
  type HubSettings,
  readHubSettings,
  settingsFileOf,
  writeHubSettings,
} from './hub-folder.ts'
import { listening } from './listening.ts'

export interface HubFlags {
  readonly folder?: string
  readonly keeper?: string
  readonly port: number
  readonly host: string
  readonly url?: string
  readonly origin?: readonly string[]
  readonly trustProxy?: number
  readonly dicomweb?: string
  readonly archive?: string
  readonly pages?: string
  readonly connect?: readonly string[]
  readonly files?: readonly string[]
  readonly cod?: readonly string[]
  readonly stow?: boolean
  readonly verbose?: boolean
}

/** `gantry hub`: serves until it is asked to stop. */
export async function serveHubHere(context: Context, flags: HubFlags): Promise<ExitCode> {
  const closers = new Closers()
  try {
    await serveOpened(context, flags, closers)
  } finally {
    await closers.close()
  }
  return exitCodes.done
}

async function serveOpened(context: Context, flags: HubFlags, closers: Closers): Promise<void> {
  const { io, options, signal, style } = context
  const folder = hubFolderOf(context, flags.folder)
  const before = await readHubSettings(folder)
  const { host, trustProxy = 0 } = flags
  const port = flags.port === 0 ? await freePort(host) : flags.port
  const url = urlOf(flags, before, port)
  const keeper = await openKeeper(context, folder, flags.keeper, before)
  let opened = false
  // A hub closes its own.
  closers.add(keeper, async ({ store }) => (opened ? undefined : await store.close()))
  const settings: HubSettings = {
    url,
    urlGiven: flags.url !== undefined || before?.urlGiven === true,
    ...(keeper.address !== undefined && { keeper: keeper.address }),
  }
  const { request: log, trouble: onError } = servingLog(context, (line) => io.stderr.write(`${line}\n`))
  const remotes = closers.add(await openRemotes(context, flags, onError), async (one) => await one.close())
  const pages = await openPages(context, flags, remotes.remotes)
  const dicomweb = await openMounted(context, flags, url, onError)
  closers.add(dicomweb, async (one) => await one?.close())
  // Before the database is opened: a newer hub would change its tables below the one that runs.
  closers.add(holdHubFolder(folder), (letGo) => letGo())
  const archived = flags.archive === undefined ? undefined : await openArchive(context, folder, flags.archive)
  closers.add(archived, async (one) => await one?.close())
  const hub = await openHub({
    folder,
    ...(archived !== undefined && { archive: archived.archive }),
    mounts: [...(dicomweb === undefined ? [] : [mountOf(dicomweb)]), ...remotes.mounts],
    ...(pages !== undefined && { pages }),
    keeper: keeper.store,
    issuer: url,
    origins: [...(flags.origin ?? [])],
    onError,
    ...((options.json || flags.verbose === true) && { log }),
  })
  opened = true
  closers.add(hub, async (one) => await one.close())
  const served = await listening(port, host, async () => {
    return await serveHub(hub, { port, host, trustProxy, onError })
  })
  closers.add(served, async (one) => await one.close())
  await writeHubSettings(folder, settings)
  dicomweb?.server.keepFresh(30_000)
  if (options.json) io.stdout.write(toJsonLine({ type: 'hub', url, listening: served.url, folder }))
  else {
    const at = served.url === url ? '' : `, listening at ${served.url}`
    io.stdout.write(`${style.stdout.green('Hub')} ${url}${at}\n`)
    if (!options.quiet) await greet(context, folder, flags.folder, (await hub.accounts.list()).length)
  }
  if (before !== undefined && before.url !== url) {
    io.stderr.write(`The hub was ${before.url} before: keys that were handed out for that do not work at ${url}\n`)
  }
  if (!signal.aborted) await once(signal, 'abort')
  if (!options.json && !options.quiet) io.stderr.write('Stopping (Ctrl-C again stops at once)\n')
}

async function openArchive(context: Context, folder: string, archive: string) {
  const { openHubArchive } = await import('./hub-archive-place.ts')
  return await openHubArchive(context, folder, archive)
}

/** A place that the hub serves over DICOMweb, to accounts that have the scopes. */
async function openMounted(
  context: Context,
  { dicomweb, stow }: HubFlags,
  url: string,
  onError: (error: unknown) => void,
): Promise<OpenedDicomweb | undefined> {
  if (dicomweb === undefined) {
    if (stow === true) throw new UsageError('--stow takes images into the place of --dicomweb: give that as well.')
    return undefined
  }
  const { uidLayout } = await import('@gantry/serve')
  const options = { path: dicomwebPath, url: `${url}${dicomwebPath}`, onError }
  return await openDicomweb(context, dicomweb, {}, { ...options, ...(stow === true && { stow: uidLayout }) })
}

function mountOf({ server }: OpenedDicomweb): HubMount {
  return {
    path: dicomwebPath,
    scopes: dicomwebScopes,
    fetch: async (request, connection) => await server.fetch(request, connection),
  }
}

/** Where the hub's clients find it; over plain HTTP they take it on their own machine only. */
function urlOf(flags: HubFlags, before: HubSettings | undefined, port: number): string {
  const { url: given, host } = flags
  if (given !== undefined) {
    const url = bareUrl(given)
    if (url !== undefined && isPrivateRoad(url)) return url.href.replace(/\/+$/u, '')
    throw new UsageError(
      "The hub's own URL is like https://hub.example.org (or http: on this machine), without user, query and fragment.",
    )
  }
  if (before?.urlGiven === true) return before.url
  if (!isLoopback(host)) {
    throw new UsageError(
      'A hub that others reach has a URL of its own: --url https://hub.example.org, with a proxy that has its certificate before it.',
    )
  }
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

async function openKeeper(
  context: Context,
  folder: string,
  given: string | undefined,
  before: HubSettings | undefined,
): Promise<{ readonly store: Store; readonly address: string | undefined }> {
  const places = await openPlacesUntold(context)
  const wanted = given ?? before?.keeper
  if (wanted === undefined) {
    const { store } = await places.open(pathToFileURL(join(folder, 'keeper')).href)
    return { store, address: undefined }
  }
  const { store, address } = await places.open(wanted)
  if (before !== undefined && before.keeper !== address) {
    await store.close()
    throw new UsageError(
      `This hub keeps its objects elsewhere. To move them: stop it, copy them with gantry copy, and change "keeper" in ${settingsFileOf(folder)}`,
    )
  }
  return { store, address }
}

async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function greet(
  { io, style }: Context,
  folder: string,
  named: string | undefined,
  accounts: number,
): Promise<void> {
  io.stderr.write(`${style.stderr.dim(`in ${printable(folder)}; Ctrl-C stops it`)}\n`)
  if (accounts > 0) return
  const where = named === undefined ? '' : ` --folder ${printable(named)}`
  io.stderr.write(
    `Nobody has an account yet. For one that can share:\n  gantry hub account create NAME${where} --out KEY.json\n`,
  )
}
