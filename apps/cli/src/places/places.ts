import { stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

import type { SeriesTrouble } from '@gantry/cod'
import {
  type Adapter,
  checkPath,
  GantryError,
  isGantryError,
  layered,
  openStore,
  type Store,
  toCall,
} from '@gantry/core'

import { loadAdapters } from '../config/load-adapters.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { resolveOptions } from '../config/resolve-options.ts'
import { isDenied } from '../is-denied.ts'
import { asUsage, UsageError } from '../usage-error.ts'
import { type Address, formatAddress, type Given, parentOf, parseAddress, parseRemote, pathOf } from './address.ts'
import { builtinAdapters, builtinOverAdapters, givenUrl } from './builtin-adapters.ts'
import { givenByEnvironment } from './from-environment.ts'
import { withGoogleLogin } from './google-tokens.ts'
import { refuseUnopened, refuseUnsaid, withArchiveSecrets } from './archive-secrets.ts'
import { type HubPlace, hubPlaceOf, isHubUrl, withLogin } from './hub-place.ts'
import { isIgtPlace, withIgtLogin } from './igt-place.ts'
import { refuseOverWhat } from './over-what.ts'
import { readGiven } from './store-options.ts'
import type { Discovering } from './walk-places.ts'

/** A source or destination, opened. */
export interface Place {
  readonly store: Store
  /** Opens again in another process: with options, without credentials. */
  readonly address: string
  /** The remote and the options that it was opened with: what else tells places of one URL apart. */
  readonly server: string
  /** Set where one entry was named and not a folder of them: its path in `store`, which is the folder it lies in. */
  readonly entry: string | undefined
}

/** A place that stops short of a store. */
interface Above {
  readonly url: string
  readonly discover: Discovering
}

interface Located {
  /** As a job's record writes it. */
  readonly place: string
  readonly url: string
  /** Options in the URL of a remote, and beside it. */
  readonly written: Given
  readonly remoteOptions: Readonly<Record<string, unknown>>
}

interface Resolved extends Pick<Located, 'place' | 'url'> {
  readonly adapter: Adapter
  readonly given: Given
  readonly options: Readonly<Record<string, unknown>>
}

/** What opens an encrypted archive. */
export interface ArchiveSecrets {
  readonly passphrase?: string
  readonly ageSecretKey?: string
}

/** Told of what a place says of itself, beside what it lists. */
type OnPlaceTrouble = (place: string, trouble: SeriesTrouble) => void

type Environment = Readonly<Record<string, string | undefined>>

/** Opens what the command line and the records of jobs name. */
export class Places {
  readonly #config: LoadedConfig
  readonly #env: Environment
  readonly #cwd: string
  readonly #onTrouble: OnPlaceTrouble | undefined

  constructor(config: LoadedConfig, env: Environment, cwd: string, onTrouble?: OnPlaceTrouble) {
    this.#config = config
    this.#env = env
    this.#cwd = cwd
    this.#onTrouble = onTrouble
  }

  /** Opens a place as it is written; a folder of entries, or where they shall go. */
  async open(text: string, given: Given = {}): Promise<Place> {
    return await this.#open(this.#read(text), given)
  }

  /** Opens where something shall go. `isPublic`: whether it was said that it may be plaintext, where that can be said. */
  async openDestination(text: string, given: Given = {}, isPublic?: boolean): Promise<Place> {
    return await this.#open(this.#read(text), isPublic === true ? { ...given, public: 'true' } : given, (resolved) => {
      if (isPublic === false) refuseUnsaid(resolved)
      refuseUnopened(resolved)
    })
  }

  /** Opens what is there: a folder of entries, or the one entry that is named. */
  async openExisting(text: string, given: Given = {}): Promise<Place> {
    const address = this.#read(text)
    if (address.kind === 'path') return await this.#openPath(address.path, given)
    const above = text.endsWith('/') ? undefined : parentOf(address)
    if (above !== undefined && (await this.#discover(above.address, given)) === undefined) {
      const place = await this.#open(above.address, given)
      const found = await lookFor(place.store, above.name)
      if (found === true) return { ...place, entry: above.name }
      await place.store.close()
      return await this.#openFolder(address, given, found === false ? undefined : found)
    }
    return await this.#open(address, given)
  }

  /** A folder; one without entries, where an entry of its name was `denied`, is that entry. */
  async #openFolder(address: Address, given: Given, denied: GantryError | undefined): Promise<Place> {
    const place = await this.#open(address, given)
    if (denied === undefined || (await holdsAny(place.store))) return place
    await place.store.close()
    throw denied
  }

  /** How to see what lies below a place that stops short of a store; `undefined` for a store. */
  async discover(text: string, given: Given, signal: AbortSignal): Promise<Above | undefined> {
    return await this.#discover(this.#read(text), given, signal)
  }

  async #discover(address: Address, given: Given, signal?: AbortSignal): Promise<Above | undefined> {
    if (address.kind === 'path') return undefined
    const { url, adapter, options } = await this.#resolve(address, given)
    const call = toCall(signal === undefined ? {} : { signal })
    const discover: Discovering = (below) => adapter.discover?.(below, options, call)
    try {
      return discover(url) === undefined ? undefined : { url, discover }
    } catch (error) {
      throw asUsage(error)
    }
  }

  async #openPath(path: string, given: Given): Promise<Place> {
    const found = await stat(resolve(this.#cwd, path)).catch((error: NodeJS.ErrnoException) => {
      if (isDenied(error)) throw new GantryError('permission_denied', `You may not look into ${path}.`)
      throw new GantryError('not_found', `There is no file or folder ${path}.`)
    })
    if (found.isDirectory()) return await this.#open({ kind: 'path', path }, given)
    const place = await this.#open({ kind: 'path', path: dirname(resolve(this.#cwd, path)) }, given)
    return { ...place, entry: basename(path) }
  }

  #read(text: string): Address {
    const address = parseAddress(text, new Set(Object.keys(this.#config.remotes)))
    if (address.kind === 'path') refuseOverWhat(address.path, this.#cwd, this.#env['HOME'])
    return address.kind === 'url' && address.scheme === 'file' ? { kind: 'path', path: pathOf(address.url) } : address
  }

  /** Of the URL that a place has, unopened; `undefined` of one that is not known here. */
  schemeOf(text: string): string | undefined {
    try {
      return schemeOf(this.#locate(this.#read(text)).url)
    } catch {
      return undefined
    }
  }

  /** The hub of a place, where it is one: who shares through it needs more than its objects. */
  async hub(text: string): Promise<HubPlace | undefined> {
    const { url, options } = await this.#resolve(this.#read(text), {})
    return isHubUrl(url) ? await hubPlaceOf(url, options) : undefined
  }

  /** The store that an archive's keys lie in, and what opens them: for what needs no more of the archive. */
  async archive(text: string, given: Given): Promise<{ given: Store; secrets: ArchiveSecrets; address: string }> {
    const { place, url, given: told, options } = await this.#resolve(this.#read(text), given)
    const inner = /^(?:car|ipfs|w3up)\+(.+)$/su.exec(url)?.[1]
    if (inner === undefined) throw new UsageError('This is no archive: its URL begins with car+, ipfs+ or w3up+.')
    const adapter = await this.#adapterOf(inner)
    const own = Object.entries(options).filter(([name]) => name in adapter.options.shape)
    const { passphrase, ageSecretKey } = options as ArchiveSecrets
    const secrets = {
      ...(passphrase !== undefined && { passphrase }),
      ...(ageSecretKey !== undefined && { ageSecretKey }),
    }
    return {
      given: await openStore(inner, [adapter], Object.fromEntries(own)),
      secrets,
      address: formatAddress(place, told),
    }
  }

  async #open(address: Address, flags: Given, check?: (resolved: Resolved) => void): Promise<Place> {
    const resolved = await this.#resolve(address, flags)
    check?.(resolved)
    const { place, url, adapter, given, options } = resolved
    try {
      const store = await openStore(url, [adapter], options)
      const server = formatAddress(address.kind === 'remote' ? address.name : '', given)
      return { store, address: formatAddress(place, given), server, entry: undefined }
    } catch (error) {
      throw asUsage(error)
    }
  }

  /** What a place is opened with: of the environment, the configuration, the address and the flags. */
  async #resolve(address: Address, flags: Given): Promise<Resolved> {
    const { place, url, written, remoteOptions } = this.#locate(address)
    const adapter = await this.#adapterOf(url)
    const byEnvironment = Object.entries(givenByEnvironment(schemeOf(givenUrl(url)), this.#env))
    const given = {
      ...Object.fromEntries(byEnvironment.filter(([key]) => !(key in remoteOptions || key in written))),
      ...(address.kind === 'path' ? {} : address.options),
      ...flags,
    }
    const fromRemote = { ...readGiven(written, adapter), ...resolveOptions(remoteOptions, this.#env) }
    const own = await withArchiveSecrets(url, { ...fromRemote, ...readGiven(given, adapter) }, this.#env)
    const folder = 'serviceFile' in remoteOptions ? this.#config.folder : this.#cwd
    const loggedIn = await withLogin(givenUrl(url), own, this.#env)
    const options = await withIgtLogin(url, loggedIn, this.#env, folder)
    return { place, url, adapter, given, options: withGoogleLogin(schemeOf(givenUrl(url)), options, this.#env) }
  }

  /** The URL that an address means, and how a job's record writes the place. */
  #locate(address: Address): Located {
    if (address.kind === 'path') {
      const { href } = pathToFileURL(resolve(this.#cwd, address.path))
      return { place: href, url: href, written: {}, remoteOptions: {} }
    }
    if (address.kind === 'url') return { place: address.url, url: address.url, written: {}, remoteOptions: {} }
    const { name, sub } = address
    const remote = this.#config.remotes[name] as string | { url: string; options?: Record<string, unknown> }
    const { url: base, options = {} } = typeof remote === 'string' ? { url: remote } : remote
    if (sub !== '') checkPath(sub)
    const inner = parseRemote(name, base)
    if (inner.kind === 'path') refuseOverWhat(inner.path, this.#config.folder, this.#env['HOME'])
    const url =
      inner.kind === 'path'
        ? pathToFileURL(resolve(this.#config.folder, inner.path, sub)).href
        : `${(inner as { url: string }).url.replace(/\/+$/u, '')}${sub === '' ? '' : `/${sub}`}`
    const written = inner.kind === 'path' ? {} : inner.options
    return { place: `${name}:${sub}`, url, written, remoteOptions: options }
  }

  async #adapterOf(url: string): Promise<Adapter> {
    if (isIgtPlace(url)) {
      throw new UsageError('That is a transfer of gantry igt: run the same command again, and it is gone on with.')
    }
    const scheme = schemeOf(url)
    // Before one that is built in, whose scheme they might have.
    const others = await loadAdapters(this.#config.adapters, this.#config.folder)
    const builtin = builtinAdapters[scheme]
    if (builtin !== undefined) return await builtin()
    const outer = scheme.slice(0, Math.max(0, scheme.indexOf('+')))
    const layer = Object.hasOwn(builtinOverAdapters, outer) ? builtinOverAdapters[outer] : undefined
    if (layer !== undefined) {
      const over = await layer({ onTrouble: (trouble) => this.#onTrouble?.(url, trouble) })
      return layered(over, await this.#adapterOf(url.slice(outer.length + 1)))
    }
    const found = others.find((adapter) => adapter.scheme === scheme)
    if (found !== undefined) return found
    const known = [...Object.keys(builtinAdapters), ...others.map((adapter) => adapter.scheme)].join(', ')
    const over = Object.keys(builtinOverAdapters).map((name) => `${name}+`)
    // That is how a DICOMweb service is named everywhere else.
    const isWeb = scheme === 'https' || scheme === 'http'
    const hint = isWeb ? ` A DICOMweb service is written ${scheme === 'http' ? 'dicomweb+http' : 'dicomweb'}://...` : ''
    throw new UsageError(
      `No adapter for "${scheme}://" is known; there are: ${known}; before these: ${over.join(', ')}.${hint}`,
    )
  }
}

function schemeOf(url: string): string {
  return url.slice(0, url.indexOf(':'))
}

/** Whether it is one entry; the refusal, where that may not be known: it may still be allowed to list it as a folder. */
async function lookFor(store: Store, name: string): Promise<boolean | GantryError> {
  try {
    return (await store.find(name)) !== undefined
  } catch (error) {
    if (!isGantryError(error)) throw error
    if (error.code === 'permission_denied') return error
    if (error.code === 'invalid') return false
    throw error
  }
}

/** Whether it lists anything; what keeps it from being listed is told when it is. */
async function holdsAny(store: Store): Promise<boolean> {
  try {
    const entries = store.list()[Symbol.asyncIterator]()
    const { done } = await entries.next()
    await entries.return?.(undefined)
    return done !== true
  } catch {
    return true
  }
}
