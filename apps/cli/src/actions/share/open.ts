import { resolve } from 'node:path'

import { comparedByBytes } from '@gantry/catalogue'
import {
  bytesOf,
  close,
  collect,
  distinctPath,
  GantryError,
  isGantryError,
  parseWorkspace,
  type SerializableWorkspace,
  type Store,
} from '@gantry/core'
import { hubTokens, readKeyFile } from '@gantry/hub-store/node'
import { createGantry, type Gantry, type GantryOptions, type OpenGrants, shareAddressOf } from '@gantry/share'
import { createJobSpec, type JobResult, nodeHashing } from '@gantry/transfer'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { findUnfinished } from '../../jobs/find-unfinished.ts'
import { loadJobParts } from '../../jobs/job-parts.ts'
import { leftAlone } from '../../jobs/left-alone.ts'
import { runJob, type Settlement } from '../../jobs/run-job.ts'
import { hubLogin } from '../../login/login.ts'
import { openPlaces } from '../../places/open-places.ts'
import type { Place, Places } from '../../places/places.ts'
import { shareSource } from '../../places/share-source.ts'
import { parseGiven } from '../../places/store-options.ts'
import { withPlaces } from '../../places/with-places.ts'
import { readKeyFile as readIdentityFile } from '../../read-private-file.ts'
import { openJobFolder } from '../../state-folder.ts'
import { UsageError } from '../../usage-error.ts'
import { keptGrants } from './kept-grants.ts'
import { knownPassphrase, type PassphraseFlags } from './passphrase.ts'
import { parsedSecret, readSecret } from './read-secret.ts'
import { restoredWorkspaces } from './restored-workspaces.ts'
import { valueOf } from './share.ts'
import { platformOf } from './sharing.ts'

export interface OpenFlags extends Omit<PassphraseFlags, 'passphrase'> {
  /** Where a share without a hub is kept. */
  readonly from?: string
  readonly overwrite?: boolean
  /** A file with the key of one of the share's recipients. */
  readonly identity?: string
  readonly toOption?: readonly string[]
}

const again = 'run the same command again'

/** `gantry open`: restores the files of a share, and the workspace that names them. */
export async function openShare(
  context: Context,
  argument: string,
  destination: string,
  flags: OpenFlags,
): Promise<ExitCode> {
  const places = await openPlaces(context)
  const grants = keptGrants(context)
  const open = {
    to: async () => await places.open(destination, parseGiven(flags.toOption ?? [])),
    from: async () => await openFiles(context, argument, { places, grants }, flags),
  }
  return await withPlaces(open, async ({ from: { store: files, workspaces, id, kept }, to }) => {
    try {
      const exit = await restore(context, { files, workspaces, to, id, destination }, flags)
      if (exit === exitCodes.done) await grants.forget()
      return exit
    } finally {
      await kept?.close()
    }
  })
}

/** The files of the share, and the place that they are kept in, where no hub is named by the link. */
async function openFiles(
  context: Context,
  argument: string,
  { places, grants }: { readonly places: Places; readonly grants: OpenGrants },
  flags: OpenFlags,
) {
  const secret = await readSecret(context, argument)
  const identity = flags.identity === undefined ? undefined : await readIdentity(context, flags.identity)
  const link =
    identity === undefined ? parsedSecret(secret) : (shareAddressOf(secret) ?? { hub: undefined, id: secret })
  const { from } = flags
  if (link.hub === undefined && from === undefined) {
    throw new UsageError('This share is kept without a hub: say where, with --from PLACE')
  }
  const kept = link.hub === undefined ? await openKeeper(places, from ?? '') : undefined
  try {
    const opening = { secret, hub: link.hub, keeper: { ...kept?.keeper, grants }, identity }
    const { gantry, workspaces } = await openSecret(context, opening, flags)
    const store = valueOf(await gantry.workspace.openFiles(workspaces, { signal: context.signal }))
    return { store, workspaces, id: link.id, kept }
  } catch (error) {
    await kept?.close()
    throw error
  }
}

type Keeper = Pick<GantryOptions, 'store' | 'hub' | 'auth' | 'grants'>

/** What keeps a share whose link names no hub: a place, or a hub for who names a share by its id or its metadata. */
async function openKeeper(
  places: Places,
  from: string,
): Promise<{ readonly keeper: Keeper; readonly close: () => Promise<void> }> {
  const hubPlace = await places.hub(from)
  if (hubPlace !== undefined) {
    const { hub, key } = hubPlace
    return { keeper: { hub, auth: hubTokens({ key }) }, close: async () => {} }
  }
  const { store } = await places.open(from)
  return { keeper: { store }, close: async () => await store.close() }
}

interface Opening {
  readonly secret: string
  /** Of the link. */
  readonly hub: string | undefined
  readonly keeper: Keeper
  readonly identity: string | undefined
}

/** One open of the share, unless the hub wants to know who asks and somebody is logged in there. */
async function openSecret(
  context: Context,
  { secret, hub, keeper, identity }: Opening,
  flags: OpenFlags,
): Promise<{ readonly gantry: Gantry; readonly workspaces: readonly SerializableWorkspace[] }> {
  const { signal, io } = context
  const known = identity === undefined ? await knownPassphrase(context, flags) : undefined
  let asked = false
  const passphrase = async (attempt: number) => {
    asked = true
    if (typeof known === 'function') return await known(attempt)
    return attempt === 1 ? known : undefined
  }
  const settings = { signal, passphrase, identity }
  const platform = platformOf()
  let gantry = createGantry({ platform, ...keeper })
  let state = await gantry.storage.loadMetadata(secret, settings)
  if (state.error?.code === 'unauthenticated' && !asked && hub !== undefined) {
    const login = await hubLogin.read(io.env)
    if (login?.hub === hub) {
      const auth = hubTokens({ key: await readKeyFile(login.keyFile) })
      gantry = createGantry({ platform, hub, auth, grants: keeper.grants })
      state = await gantry.storage.loadMetadata(secret, settings)
    }
  }
  const value = valueOf(state)
  return {
    gantry,
    workspaces: (Array.isArray(value) ? (value as unknown[]) : [value]).map((one) => parseWorkspace(one)),
  }
}

/** As `age-keygen` writes it. */
async function readIdentity(context: Context, file: string): Promise<string> {
  const text = await readIdentityFile(resolve(context.io.cwd, file))
  const [identity, another] = text.split(/\r?\n/u).filter((line) => line.trim() !== '' && !line.startsWith('#'))
  if (identity !== undefined && another === undefined && /^AGE-SECRET-KEY-1\w+$/u.test(identity.trim())) {
    return identity.trim()
  }
  throw new UsageError('The file of the identity holds one line AGE-SECRET-KEY-1..., as age-keygen writes it.')
}

interface Restoring {
  readonly files: Store
  readonly workspaces: readonly SerializableWorkspace[]
  readonly to: Place
  readonly id: string
  readonly destination: string
}

async function restore(context: Context, restoring: Restoring, { overwrite }: OpenFlags): Promise<ExitCode> {
  const { files, workspaces, to, id, destination } = restoring
  // What is there may be somebody's own work, or of another share.
  const existing = overwrite === true ? 'update' : 'keep'
  const spec = createJobSpec({ from: shareSource(id), to: to.address, existing, verify: true })
  const compared = comparedByBytes(to.store, nodeHashing)
  // What is left alone was compared when it was found.
  const parts = { ...(await loadJobParts(spec, { from: files, to: compared })), verifyKept: false }
  const folder = openJobFolder(context.io.env)
  const earlier = await findUnfinished(folder, spec)
  if (earlier?.running === true) {
    throw new UsageError(`The share is being opened there already, as job ${earlier.id}.`)
  }
  const from: Place = { store: files, address: spec.from, server: '', entry: undefined }
  const heading = {
    from: context.options.json ? spec.from : 'the share',
    to: destination,
    resumed: earlier !== undefined,
  }
  const journal = earlier === undefined ? folder.create(spec) : folder.open(earlier.id)
  const settle = async ({ phase, progress }: JobResult): Promise<Settlement> => {
    const { count, lines } = await leftAlone(journal)
    const { done, skipped, failed } = progress
    const told = { type: 'open', restored: done.entries, there: skipped.entries - count, others: count }
    const settled = { others: count, json: told }
    if (phase !== 'completed' || failed.entries > 0) return { ...settled, exit: exitCodes.done, lines }
    if (count > 0) return { ...settled, exit: exitCodes.failed, lines: [...lines, notWritten] }
    const path = await writeWorkspaces(context, workspaces, files, to.store)
    return { exit: exitCodes.done, lines: [`Workspace: ${path}`], json: { ...told, workspace: path } }
  }
  return await runJob(context, { from, to: { ...to, store: compared }, parts, journal, heading, again, settle })
}

const notWritten =
  'No workspace.json was written, because it would name what is not there: an empty folder takes all of the share.'

/** Where it lies. */
async function writeWorkspaces(
  { signal, debug }: Context,
  workspaces: readonly SerializableWorkspace[],
  files: Store,
  to: Store,
): Promise<string> {
  const restored = await restoredWorkspaces(workspaces, files)
  const bytes = Buffer.from(`${JSON.stringify(restored, undefined, 2)}\n`)
  const about = { size: bytes.length, contentType: 'application/json', ifAbsent: to.abilities.conditional }
  let path = 'workspace.json'
  for (let count = 2; ; count += 1) {
    try {
      const isTaken = await hasAny(files, path, signal)
      // What is there is another share's, or the user's own.
      const isThere = isTaken || (await hasAny(to, path, signal))
      if (!isThere) {
        await to.write({ path, ...about }, bytesOf(bytes), { signal })
        return path
      }
      if (!isTaken && (await holds(to, path, bytes, signal))) return path
    } catch (error) {
      if (!isGantryError(error)) throw error
      debug(`${error.code}: the workspace was not written`)
      // An empty folder of that name, which no list tells.
      const isFolder = error.code === 'invalid' && count < mostNames
      if (!isFolder) {
        throw new GantryError(error.code, `All files are restored, but the workspace is not: ${error.message}`, {
          cause: error,
        })
      }
    }
    path = distinctPath('workspace.json', String(count))
  }
}

/** That are tried where one after the other cannot be written. */
const mostNames = 10

/** A file of that name, or a folder with files. */
async function hasAny(store: Store, path: string, signal: AbortSignal): Promise<boolean> {
  for await (const _ of store.list({ prefix: path }, { signal })) return true
  return false
}

async function holds(store: Store, path: string, bytes: Uint8Array, signal: AbortSignal): Promise<boolean> {
  const there = await store.find(path, { signal })
  if (there === undefined) return false
  const { entry, body } = await store.read(path, undefined, { signal })
  if (entry.size !== bytes.length) {
    await close(body)
    return false
  }
  return Buffer.from(bytes).equals(await collect(body))
}
