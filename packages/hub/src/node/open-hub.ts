import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

import { GantryError } from '@gantry/core'
import { checkGiven } from '@gantry/core/driver'

import { createHub, type Hub } from '../hub.ts'
import type { HubOptions } from '../options.ts'
import { openSigningKeys } from './signing-key-file.ts'
import { openHubDatabase } from './sqlite-hub-database.ts'

export interface OpenHubOptions extends Omit<HubOptions, 'database' | 'keys' | 'crc32' | 'issuer'> {
  /** Holds `hub.sqlite` and `signing-keys.json`; made for its owner alone if it is not there. */
  readonly folder: string
  /** Default: `http://localhost:8080`. */
  readonly issuer?: string | undefined
}

/** A hub whose database and keys are files. */
export interface FileHub extends Hub {
  /** A new key for access tokens; those of the old one hold until they lapse. */
  rotateSigningKey(): Promise<void>
}

/**
 * Opens the hub of a folder, and makes it there the first time.
 *
 * Throws `permission_denied` where the folder, its database or its keys are not this user's, `read_only` where nothing can
 * be made there, `invalid` for a database or keys that are damaged, and `unsupported` for a database of a newer hub.
 */
export async function openHub(options: OpenHubOptions): Promise<FileHub> {
  checkGiven(options, 'openHub', { folder: 'string', issuer: 'string?' })
  const { folder, issuer = 'http://localhost:8080', clock = Date.now, ...rest } = options
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const denied = code === 'EACCES' || code === 'EPERM'
    const message = "The hub's folder cannot be made, or is not this user's."
    throw new GantryError(denied ? 'permission_denied' : 'read_only', message, { cause, path: folder })
  }
  const keys = await openSigningKeys(join(folder, 'signing-keys.json'), clock)
  const database = openHubDatabase(join(folder, 'hub.sqlite'))
  const hub = createHub({ ...rest, clock, issuer, keys, database, crc32 })
  // No token lives longer than an hour.
  return { ...hub, rotateSigningKey: async () => await keys.rotate(3_660_000) }
}
