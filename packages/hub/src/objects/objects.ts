import { type Bytes, type CallOptions, checkPath, passage, Refusal } from '@gantry/core'
import type { HubObject, HubObjects } from '@gantry/core/hub'

import type { Arrivals } from '../accounts/arrivals.ts'
import { countBytes, countObjects } from '../accounts/quota.ts'
import type { Blobs, FreshBlob, Piece } from '../blobs/blobs.ts'
import { first } from '../database/hub-database.ts'
import type { HubSetup } from '../options.ts'
import { randomHex } from '../random-text.ts'
import { endOf, gone, type ShareRow } from '../shares/share-row.ts'
import {
  type AccountPrincipal,
  checkWithin,
  ownsOrAdmins,
  type Principal,
  type SharePrincipal,
} from '../tokens/principal.ts'
import { discardPieces, objectOf, type ObjectRow, withinSql } from './object-rows.ts'
import { checkConditions, type Conditions, notTheOwner, publish } from './publish.ts'

export interface PutRequest extends Conditions {
  readonly path: string
  readonly size: number | undefined
  readonly modified: number | undefined
  readonly contentType: string | undefined
  /** What the client says that it sends. */
  readonly crc32: string | undefined
}

export interface OpenObject {
  readonly row: ObjectRow
  readonly read: (start: number, end: number) => Promise<Bytes>
  /** Must be called where nothing is read. */
  readonly release: () => void
}

/** What clients put, under the paths that they gave it. */
export class Objects {
  readonly #parts: HubSetup
  readonly #blobs: Blobs
  readonly #arrivals: Arrivals

  constructor(parts: HubSetup, blobs: Blobs, arrivals: Arrivals) {
    this.#parts = parts
    this.#blobs = blobs
    this.#arrivals = arrivals
  }

  async put(request: PutRequest, body: Bytes, principal: AccountPrincipal, options: CallOptions): Promise<HubObject> {
    const { database, clock, random, limits } = this.#parts
    const path = checkPath(request.path)
    checkWithin(path, principal)
    // What is refused anyway is refused before the bytes come; what counts is the look within the transaction.
    const current = await this.#row(path)
    checkConditions(current, request, principal)
    const expected = { size: request.size, limit: limits.objectBytes }
    const use = async ({ name, size, crc32 }: FreshBlob) => {
      if (request.crc32 !== undefined && request.crc32 !== crc32) {
        throw new Refusal('integrity', 'The bytes that came are not those of the checksum: send them again.')
      }
      const now = clock()
      const wanted = {
        path,
        version: randomHex(random, 16),
        size,
        crc32,
        modified: request.modified ?? now,
        contentType: request.contentType,
        ifAbsent: request.ifAbsent,
        ifVersion: request.ifVersion,
        pieces: [{ blob: name, size }],
        expires: now + limits.temporaryFor,
      }
      return await database.write(async (sql) => await publish(sql, wanted, principal, limits))
    }
    const account = current?.owner ?? principal.account
    const { row, freed } = await this.#arrivals.bounded(
      { account, replaced: current?.size ?? 0, size: request.size },
      body,
      async (bounded) => await this.#blobs.keep(bounded, expected, options, use),
    )
    await this.#blobs.remove(freed)
    return objectOf(row)
  }

  /** The object, if the caller may see it: what others own is `not_found`. */
  async find(path: string, principal: Principal): Promise<ObjectRow> {
    checkPath(path)
    if (principal.kind === 'account') checkWithin(path, principal)
    const row = await this.#row(path)
    const owner = principal.kind === 'share' ? await this.#ownerOfShared(path, principal) : undefined
    if (row === undefined) throw notFound()
    const sees = principal.kind === 'share' ? row.owner === owner : ownsOrAdmins(principal, row.owner)
    if (!sees) throw notFound()
    return row
  }

  /** Who made the share that names the path; that it is over is said. */
  async #ownerOfShared(path: string, { share: id }: SharePrincipal): Promise<string> {
    const { database, clock } = this.#parts
    const share = await first(
      database.all<ShareRow>(
        'SELECT s.* FROM shares s JOIN share_objects o ON o.share = s.seq WHERE s.id = ? AND o.path = ?',
        id,
        path,
      ),
    )
    if (share === undefined) throw notFound()
    const end = endOf(share, clock())
    // Who opened it last may still be reading.
    if (end !== undefined && end !== 'used_up') throw gone(end)
    return share.owner
  }

  /** The object held fast: its bytes stay until they were read, whatever is written or removed meanwhile. */
  async open(path: string, principal: Principal, options: CallOptions): Promise<OpenObject> {
    for (let attempt = 1; ; attempt += 1) {
      const row = await this.find(path, principal)
      const pieces = await this.#parts.database.all<Piece>(
        'SELECT blob, size FROM pieces WHERE version = ? ORDER BY number',
        row.version,
      )
      const release = this.#blobs.lease(pieces.map(({ blob }) => blob))
      // Replaced between the looks, its blobs may be gone already; from here on they are not.
      const again = await this.#row(path)
      if (again?.version === row.version) return { row, release, read: this.#reader(pieces, release, options) }
      release()
      if (attempt === 10) throw new Refusal('unavailable', 'The object is being replaced again and again: try later.')
    }
  }

  async list(
    { prefix = '', after = '', limit = 1000 }: { prefix?: string; after?: string; limit?: number },
    principal: AccountPrincipal,
  ): Promise<HubObjects> {
    const conditions = ['path > ?']
    const values: (string | number)[] = [after]
    if (!principal.admin) {
      conditions.push('owner = ?')
      values.push(principal.account)
    }
    if (prefix !== '') {
      const within = withinSql(prefix)
      conditions.push(within.sql)
      values.push(...within.values)
    }
    if (principal.prefixes !== undefined) {
      const allowed = principal.prefixes.map((one) => withinSql(one))
      conditions.push(`(${allowed.map(({ sql }) => sql).join(' OR ') || '0'})`)
      values.push(...allowed.flatMap((one) => one.values))
    }
    const sql = `SELECT * FROM objects WHERE ${conditions.join(' AND ')} ORDER BY path LIMIT ?`
    const rows = await this.#parts.database.all<ObjectRow>(sql, ...values, limit + 1)
    const objects = rows.slice(0, limit).map((row) => objectOf(row))
    const next = rows.length > limit ? objects.at(-1)?.path : undefined
    return { objects, ...(next !== undefined && { next }) }
  }

  /** Succeeds also when nothing is there. */
  async remove(path: string, principal: AccountPrincipal): Promise<void> {
    checkPath(path)
    checkWithin(path, principal)
    const freed = await this.#parts.database.write(async (sql) => {
      const row = await first(sql.all<ObjectRow>('SELECT * FROM objects WHERE path = ?', path))
      if (row === undefined) return []
      if (!ownsOrAdmins(principal, row.owner)) throw notTheOwner()
      await sql.run('DELETE FROM objects WHERE path = ?', path)
      await countBytes(sql, row.owner, -row.size)
      await countObjects(sql, row.owner, -1)
      return await discardPieces(sql, row.version)
    })
    await this.#blobs.remove(freed)
  }

  #reader(pieces: readonly Piece[], release: () => void, options: CallOptions) {
    return async (start: number, end: number): Promise<Bytes> => {
      try {
        return passage(await this.#blobs.read(pieces, start, end, options), { ended: release })
      } catch (error) {
        release()
        throw error
      }
    }
  }

  async #row(path: string): Promise<ObjectRow | undefined> {
    return await first(this.#parts.database.all<ObjectRow>('SELECT * FROM objects WHERE path = ?', path))
  }
}

function notFound(): Refusal {
  return new Refusal('not_found', 'There is no such object.')
}
