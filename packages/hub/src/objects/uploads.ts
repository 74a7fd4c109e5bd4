import { type Bytes, type CallOptions, checkPath, Refusal } from '@gantry/core'
import { combineCrcs } from '@gantry/core/driver'
import type {
  HubCompleteRequest,
  HubObject,
  HubPart,
  HubParts,
  HubUpload,
  HubUploadRequest,
  HubUploads,
} from '@gantry/core/hub'

import type { Arrivals } from '../accounts/arrivals.ts'
import { checkOpen, countBytes } from '../accounts/quota.ts'
import type { Blobs, FreshBlob } from '../blobs/blobs.ts'
import { first, type SqlWriter } from '../database/hub-database.ts'
import type { HubSetup } from '../options.ts'
import { randomHex } from '../random-text.ts'
import { tooLarge } from '../refusal.ts'
import { type AccountPrincipal, checkWithin, ownsOrAdmins } from '../tokens/principal.ts'
import { objectOf, type ObjectRow, withinSql } from './object-rows.ts'
import { checkConditions, publish } from './publish.ts'

interface UploadRow {
  readonly id: string
  readonly path: string
  readonly owner: string
  readonly started: number
  /** JSON of the request that began it. */
  readonly begun: string
  /** JSON of the object, once it is complete: for who asks again because the answer was lost. */
  readonly answer: string | null
}

interface PartRow {
  readonly number: number
  readonly start: number
  readonly size: number
  readonly crc32: string
  readonly tag: string
  readonly blob: string
}

/** Uploads in parts. A part is a blob, and completing is one transaction: no byte is copied. */
export class Uploads {
  readonly #parts: HubSetup
  readonly #blobs: Blobs
  readonly #arrivals: Arrivals

  constructor(parts: HubSetup, blobs: Blobs, arrivals: Arrivals) {
    this.#parts = parts
    this.#blobs = blobs
    this.#arrivals = arrivals
  }

  async begin(request: HubUploadRequest, principal: AccountPrincipal): Promise<HubUpload> {
    const { database, clock, random, limits } = this.#parts
    const path = checkPath(request.path)
    checkWithin(path, principal)
    if (request.size !== undefined && request.size > limits.objectBytes) {
      throw tooLarge('The object', limits.objectBytes)
    }
    const id = randomHex(random, 16)
    const now = clock()
    await database.write(async (sql) => {
      const current = await first(sql.all<ObjectRow>('SELECT * FROM objects WHERE path = ?', path))
      checkConditions(current, request, principal)
      await checkOpen(sql, 'uploads', principal.account, limits.uploadsPerAccount)
      await sql.run(
        'INSERT INTO uploads (id, path, owner, started, touched, begun) VALUES (?, ?, ?, ?, ?, ?)',
        id,
        path,
        principal.account,
        now,
        now,
        JSON.stringify(request),
      )
    })
    return { id, path, started: now }
  }

  async putPart(
    id: string,
    part: { readonly number: number; readonly offset: number; readonly size: number | undefined },
    body: Bytes,
    principal: AccountPrincipal,
    options: CallOptions,
  ): Promise<HubPart> {
    const { database, clock, random, limits } = this.#parts
    const { owner: account } = await this.#open(database, id, principal)
    const { number, offset } = part
    const expected = { size: part.size, limit: limits.partBytes }
    const partSql = 'SELECT * FROM parts WHERE upload = ? AND number = ?'
    const use = async ({ name, size, crc32 }: FreshBlob) => {
      const tag = randomHex(random, 8)
      return await database.write(async (sql) => {
        // Looked up again: it may have been completed or given up while the bytes came.
        const { owner } = await this.#open(sql, id, principal)
        const old = await first(sql.all<PartRow>(partSql, id, number))
        await countBytes(sql, owner, size - (old?.size ?? 0))
        await sql.run('DELETE FROM parts WHERE upload = ? AND number = ?', id, number)
        await sql.run(
          'INSERT INTO parts (upload, number, start, size, crc32, tag, blob) VALUES (?, ?, ?, ?, ?, ?, ?)',
          id,
          number,
          offset,
          size,
          crc32,
          tag,
          name,
        )
        await sql.run('UPDATE uploads SET touched = ? WHERE id = ?', clock(), id)
        if (old !== undefined) await sql.run('INSERT INTO garbage (blob) VALUES (?)', old.blob)
        return {
          stored: { number, offset, size, tag, digests: { crc32 } },
          freed: old === undefined ? [] : [old.blob],
        }
      })
    }
    const replaced = (await first(database.all<PartRow>(partSql, id, number)))?.size ?? 0
    const { stored, freed } = await this.#arrivals.bounded(
      { account, replaced, size: part.size },
      body,
      async (bounded) => await this.#blobs.keep(bounded, expected, options, use),
    )
    await this.#blobs.remove(freed)
    return stored
  }

  async listParts(id: string, principal: AccountPrincipal): Promise<HubParts> {
    await this.#open(this.#parts.database, id, principal)
    const rows = await this.#parts.database.all<PartRow>('SELECT * FROM parts WHERE upload = ? ORDER BY number', id)
    return {
      parts: rows.map(({ number, start, size, tag, crc32 }) => ({
        number,
        offset: start,
        size,
        tag,
        digests: { crc32 },
      })),
    }
  }

  async complete(id: string, request: HubCompleteRequest, principal: AccountPrincipal): Promise<HubObject> {
    const { database, clock, random, limits } = this.#parts
    const { object, freed } = await database.write(async (sql) => {
      const upload = await this.#find(sql, id, principal)
      if (upload.answer !== null) return { object: JSON.parse(upload.answer) as HubObject, freed: [] }
      checkWithin(upload.path, principal)
      const kept = await sql.all<PartRow>('SELECT * FROM parts WHERE upload = ? ORDER BY number', id)
      const begun = JSON.parse(upload.begun) as HubUploadRequest
      const { chosen, size } = choose(kept, request, begun.size)
      if (size > limits.objectBytes) throw tooLarge('The object', limits.objectBytes)
      const now = clock()
      const used = new Set(chosen)
      const left = kept.filter((part) => !used.has(part)).map(({ blob }) => blob)
      await sql.run('DELETE FROM parts WHERE upload = ?', id)
      for (const blob of left) await sql.run('INSERT INTO garbage (blob) VALUES (?)', blob)
      const published = await publish(
        sql,
        {
          path: upload.path,
          version: randomHex(random, 16),
          size,
          crc32: combineCrcs(
            'crc32',
            chosen.map((part) => ({ hex: part.crc32, size: part.size })),
          ),
          modified: request.modified ?? begun.modified ?? now,
          contentType: request.contentType ?? begun.contentType,
          ifAbsent: request.ifAbsent ?? begun.ifAbsent,
          ifVersion: request.ifVersion ?? begun.ifVersion,
          pieces: chosen,
          expires: now + limits.temporaryFor,
          counted: kept.reduce((sum, part) => sum + part.size, 0),
        },
        { ...principal, account: upload.owner },
        limits,
      )
      const answer = objectOf(published.row)
      await sql.run('UPDATE uploads SET answer = ?, touched = ? WHERE id = ?', JSON.stringify(answer), now, id)
      return { object: answer, freed: [...left, ...published.freed] }
    })
    await this.#blobs.remove(freed)
    return object
  }

  /** Succeeds also when there is none. */
  async abort(id: string, principal: AccountPrincipal): Promise<void> {
    const freed = await this.#parts.database.write(async (sql) => {
      const upload = await first(sql.all<UploadRow>('SELECT * FROM uploads WHERE id = ?', id))
      // A completed one is forgotten by the sweep: its answer may be asked for again.
      if (upload === undefined || upload.answer !== null || !ownsOrAdmins(principal, upload.owner)) return []
      return await discardUpload(sql, upload)
    })
    await this.#blobs.remove(freed)
  }

  /** Unfinished ones of the caller, by id. */
  async list(
    { prefix = '', after = '', limit = 1000 }: { prefix?: string; after?: string; limit?: number },
    principal: AccountPrincipal,
  ): Promise<HubUploads> {
    const within = prefix === '' ? { sql: '1', values: [] } : withinSql(prefix)
    const rows = await this.#parts.database.all<UploadRow>(
      `SELECT * FROM uploads WHERE owner = ? AND answer IS NULL AND id > ? AND ${within.sql} ORDER BY id LIMIT ?`,
      principal.account,
      after,
      ...within.values,
      limit + 1,
    )
    const uploads = rows.slice(0, limit).map(({ id, path, started }) => ({ id, path, started }))
    const next = rows.length > limit ? uploads.at(-1)?.id : undefined
    return { uploads, ...(next !== undefined && { next }) }
  }

  async #find(sql: Pick<SqlWriter, 'all'>, id: string, principal: AccountPrincipal): Promise<UploadRow> {
    const upload = await first(sql.all<UploadRow>('SELECT * FROM uploads WHERE id = ?', id))
    if (upload === undefined || !ownsOrAdmins(principal, upload.owner)) throw unknown()
    return upload
  }

  async #open(sql: Pick<SqlWriter, 'all'>, id: string, principal: AccountPrincipal): Promise<UploadRow> {
    const upload = await this.#find(sql, id, principal)
    if (upload.answer !== null) throw unknown()
    return upload
  }
}

/** Forgets an upload and its parts, within a transaction; answers the blobs to be removed after it. */
export async function discardUpload(sql: SqlWriter, { id, owner }: { id: string; owner: string }): Promise<string[]> {
  const parts = await sql.all<PartRow>('SELECT * FROM parts WHERE upload = ?', id)
  await sql.run('INSERT INTO garbage (blob) SELECT blob FROM parts WHERE upload = ?', id)
  await sql.run('DELETE FROM parts WHERE upload = ?', id)
  await sql.run('DELETE FROM uploads WHERE id = ?', id)
  await countBytes(sql, owner, -parts.reduce((sum, { size }) => sum + size, 0))
  return parts.map(({ blob }) => blob)
}

/** The parts that were presented, if they are those that were put and follow one another from the first byte on. */
function choose(kept: readonly PartRow[], request: HubCompleteRequest, promised: number | undefined) {
  const byNumber = new Map(kept.map((part) => [part.number, part]))
  const chosen: PartRow[] = []
  let size = 0
  for (const { number, tag } of request.parts.toSorted((a, b) => a.number - b.number)) {
    const part = byNumber.get(number)
    if (part === undefined || part.tag !== tag || part.start !== size) {
      throw new Refusal('invalid', 'The parts are not those that were put, from the first byte to the last.')
    }
    // Once: a part of no bytes would fit anywhere again.
    byNumber.delete(number)
    chosen.push(part)
    size += part.size
  }
  if (promised !== undefined && promised !== size) {
    throw new Refusal('integrity', 'The parts are not as long as the whole was said to be.')
  }
  return { chosen, size }
}

function unknown(): Refusal {
  return new Refusal('not_found', 'There is no such upload: it was completed, given up, or has expired.')
}
