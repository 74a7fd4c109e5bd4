import {
  type Bytes,
  type Call,
  type Entry,
  exactly,
  GantryError,
  type NewEntry,
  type NewParcel,
  type ParcelOutcome,
  type ParcelWriter,
} from '@gantry/core/driver'
import type { DicomHeader } from '@gantry/dicom'

import type { KeptText } from '../bytes/kept-text.ts'
import type { Cod } from '../cod-parts.ts'
import { entryOf } from '../metadata/entry-of.ts'
import type { Instance } from '../metadata/instance.ts'
import { pathsOf, type SeriesName } from '../series/series-name.ts'
import { blockSize, paddingOf, paxHeader, recordSize } from '../tar/pax-header.ts'
import type { TarRow } from '../tar/tar-row.ts'
import { ArrivingImage } from './arriving-image.ts'
import { lastCall } from './beside.ts'
import { copyBase } from './copy-base.ts'
import { type Recorded, recordOf } from './describe-instance.ts'
import { describeStored } from './describe-stored.ts'
import { TailWatch } from './describe-tail.ts'
import { FrameWatch } from './offset-tables.ts'
import { documentText } from './document-text.ts'
import { keyOf } from './key-of.ts'
import type { OpenDocument } from './open-document.ts'
import { checkReadable, conditionsOf, publishIndex, publishMetadata } from './publish-metadata.ts'
import { expectedSize } from './reopen-tar.ts'
import { type AddedInstance, formatSaved, type SavedParcel } from './saved-parcel.ts'
import type { SeriesLock } from './series-lock.ts'
import type { SizedBody } from './sized-body.ts'
import { TarPipe } from './tar-pipe.ts'
import type { SentParts, TarSink } from './tar-sink.ts'
import { TarUpload } from './tar-upload.ts'

export interface SeriesWriterOptions {
  readonly cod: Cod
  readonly name: SeriesName
  readonly lock: SeriesLock
  readonly opened: OpenDocument
  /** What is added to. */
  readonly tar: Entry | undefined
  readonly parcel: NewParcel
  readonly state: SavedParcel
  /** One that is gone on with. */
  readonly sink: TarSink | undefined
}

/** Adds instances to the tar of one series, and publishes tar, index and metadata, in this order. */
export class SeriesWriter implements ParcelWriter {
  readonly has: ReadonlySet<string>
  readonly #options: SeriesWriterOptions
  readonly #existing: ReadonlyMap<string, Instance>
  /** Keys of records that cannot be used. */
  readonly #broken: readonly string[]
  readonly #outcomes = new Map<string, ParcelOutcome>()
  readonly #added: AddedInstance[]
  readonly #records = new Map<string, Recorded>()
  #rows: TarRow[]
  #state: SavedParcel
  #sink: TarSink | undefined
  #vouched = true

  constructor(options: SeriesWriterOptions) {
    const { opened, state, sink } = options
    this.#options = options
    this.#state = state
    this.#sink = sink
    this.#rows = [...(state.rows ?? [])]
    this.#added = [...(state.added ?? [])]
    // What another process had computed of it cannot be told apart from what the store said.
    if (state.added !== undefined) this.#vouched = false
    this.#existing = opened.series.instances
    this.#broken = opened.series.broken
    this.has = new Set(this.#added.map(({ path }) => path))
  }

  async add(entry: NewEntry, body: Bytes, call: Call): Promise<void> {
    const { cod, name } = this.#options
    const image = new ArrivingImage(cod, name, body, entry.size)
    let header: DicomHeader
    let key: string
    let isThere: boolean
    try {
      header = await image.header(call)
      key = keyOf(entry.path, header, name, cod.settings.hashUid)
      isThere = await this.#isThere(entry, key, image, call)
    } catch (error) {
      if (call.signal.aborted || image.lost) {
        await image.leave(lastCall()).catch(() => {})
        throw error
      }
      // Nothing of it was written: the others are not touched by it. What failed to come rejects here too.
      await image.leave(call)
      this.#outcomes.set(entry.path, { path: entry.path, error })
      return
    }
    if (isThere) return await image.leave(call)
    const sized = await image.sized(call)
    try {
      await this.#append(entry, key, header, image, sized, call)
    } catch (error) {
      // Not by the signal that may just have stopped it.
      await sized.done(lastCall()).catch(() => {})
      throw error
    }
    await sized.done(call)
    const sent = await this.#sink?.settle(call)
    if (sent !== undefined) await this.#saveSent(sent)
  }

  async commit(call: Call): Promise<readonly ParcelOutcome[]> {
    const { cod, name, lock, opened } = this.#options
    if (this.#added.length > 0) {
      // Before anything of it is published.
      const { size } = documentText(opened.document, textsOf(this.#records))
      checkReadable(cod, size + this.#earlierSize())
      const tarSize = await this.#publishTar(call)
      const records = await this.#allRecords(call)
      // Those of an earlier process may be longer by now: other options make others.
      checkReadable(cod, documentText(opened.document, textsOf(records)).size)
      await publishIndex(cod, name, this.#rows, tarSize, call)
      await lock.verify(call)
      await publishMetadata(cod, name, opened, call, textsOf(records))
      for (const { path, key } of this.#added) this.#outcomes.set(path, this.#done(path, records.get(key)))
    }
    await lock.release(call)
    return [...this.#outcomes.values()]
  }

  async abort(call: Call): Promise<void> {
    if (this.#state.published === undefined) await this.#sink?.abort(call)
    await this.#options.lock.release(call)
  }

  /** Whether the same instance is in the series; `already_exists` where it is there with other bytes. */
  async #isThere({ path }: NewEntry, key: string, image: ArrivingImage, call: Call): Promise<boolean> {
    if (this.#broken.includes(key)) throw unusableRecord()
    const existing = this.#existing.get(key) ?? this.#added.find((one) => one.key === key)
    if (existing === undefined) return false
    // Whatever is promised of it: whoever sends it counts what was taken, and compares what came.
    const running = this.#options.cod.crc32c()
    let length = 0
    for await (const chunk of await image.body(call)) {
      running.update(chunk)
      length += chunk.length
    }
    const crc32c = running.digest()
    if (length !== existing.size || crc32c !== existing.crc32c) {
      throw new GantryError('already_exists', 'The series has an instance of this UID with other bytes: it was kept.')
    }
    const instance = this.#existing.get(key)
    if (instance !== undefined) this.#outcomes.set(path, { path, entry: entryOf(this.#options.name, instance) })
    return true
  }

  async #append(
    entry: NewEntry,
    key: string,
    header: DicomHeader,
    image: ArrivingImage,
    { size, body }: SizedBody,
    call: Call,
  ): Promise<void> {
    const { cod, name } = this.#options
    const sink = await this.#open(call)
    const headerOffset = sink.position
    const row = { name: `instances/${key}.dcm`, size, mtime: (entry.modified ?? cod.settings.now()) / 1000 }
    await sink.write(paxHeader(row), call)
    const start = sink.position
    const running = cod.crc32c()
    const frames = new FrameWatch(header)
    const tail = new TailWatch()
    for await (const chunk of exactly(body, size)) {
      running.update(chunk)
      frames.see(chunk)
      tail.see(chunk, frames.end)
      await sink.write(chunk, call)
      call.report?.(chunk.length)
    }
    const crc32c = running.digest()
    if (entry.digests?.crc32c !== undefined && entry.digests.crc32c !== crc32c) {
      throw new GantryError('integrity', 'The bytes are not those that were promised.')
    }
    await sink.write(new Uint8Array(paddingOf(size, blockSize)), call)
    this.#rows.push({ ...row, headerOffset, offset: start })
    const stored = { key, start, size, crc32c, tables: frames.tables(), pixelsEnd: frames.end }
    const added: AddedInstance = { ...stored, path: entry.path, tables: mutable(stored.tables) }
    this.#added.push(added)
    const read = { header, bytes: image.bytes, tail: tail.bytes }
    const record = await recordOf(cod.settings, name, stored, read)
    added.textSize = record.text.size
    this.#records.set(key, record)
  }

  /** Only now: whoever adds nothing new must not copy the tar. */
  async #open(call: Call): Promise<TarSink> {
    const { cod, name, tar, parcel } = this.#options
    const entry = this.#tarEntry()
    if (this.#sink === undefined) {
      const { uploads } = cod.store
      const { tarPartSize: partSize } = cod.settings
      if (uploads === undefined) this.#sink = new TarPipe(cod.store, entry, cod.crc32c, call)
      else {
        const options = { uploads, crc32c: cod.crc32c, partSize, expected: expectedSize(tar, parcel) }
        this.#sink = await TarUpload.begin(options, entry, call)
        // So that nobody has to look for it.
        const sent = await this.#sink.settle(call)
        if (sent !== undefined)
          await this.#save({ sent: { upload: sent.upload, parts: [] }, base: tar?.version ?? null })
      }
    }
    if (this.#sink.position === 0 && tar !== undefined) {
      this.#rows = await copyBase(cod, name, tar, [...this.#existing.values()], this.#sink, call)
    }
    return this.#sink
  }

  #tarEntry(): NewEntry {
    const { cod, name, tar } = this.#options
    return { path: pathsOf(name).tar, contentType: 'application/x-tar', ...conditionsOf(cod, tar?.version) }
  }

  /** Answers the tar's size; does nothing where an earlier process has published it. */
  async #publishTar(call: Call): Promise<number> {
    if (this.#state.published !== undefined) return this.#state.published.size
    const { lock } = this.#options
    const sink = this.#sink ?? (await this.#open(call))
    await sink.write(new Uint8Array(2 * blockSize + paddingOf(sink.position + 2 * blockSize, recordSize)), call)
    const size = sink.position
    await lock.verify(call)
    const all = { rows: [...this.#rows], added: [...this.#added] }
    // Killed between the two, nobody else would know whose tar it is that has no metadata.
    await this.#save({ publishing: { size, ...all } })
    const { entry, vouched } = await sink.finish(this.#tarEntry(), call)
    this.#vouched &&= vouched
    await this.#save({ published: { version: entry.version ?? null, size }, publishing: undefined, ...all })
    return size
  }

  /** Bytes that the metadata will have of what an earlier process added, as far as it said so. */
  #earlierSize(): number {
    const earlier = this.#added.filter(({ key }) => !this.#records.has(key))
    return earlier.reduce((sum, { key, textSize = 0 }) => sum + key.length + 4 + textSize, 0)
  }

  /** By key; those of an earlier process are read from the tar, now that it can be read. */
  async #allRecords(call: Call): Promise<ReadonlyMap<string, Recorded>> {
    const { cod, name } = this.#options
    const records = new Map<string, Recorded>()
    for (const added of this.#added) {
      const { key } = added
      records.set(key, this.#records.get(key) ?? (await describeStored(cod, name, added, call)))
    }
    return records
  }

  #done(path: string, record: Recorded | undefined): ParcelOutcome {
    if (record === undefined) throw new GantryError('internal', 'What was recorded is gone.')
    const { digests, ...entry } = record.entry
    return { path, entry: this.#vouched && digests !== undefined ? { ...entry, digests } : entry }
  }

  /** What is there of the tar, and the entries in it: others are on their way, or wait. */
  async #saveSent({ upload, parts }: SentParts): Promise<void> {
    const end = parts.reduce((sum, { size }) => sum + size, 0)
    const rows = this.#rows.filter(({ offset, size }) => offset + size <= end)
    const added = this.#added.filter(({ start, size }) => start + size <= end)
    await this.#save({ sent: { upload, parts: [...parts] }, rows, added })
  }

  async #save(change: Partial<SavedParcel>): Promise<void> {
    this.#state = { ...this.#state, ...change }
    await this.#options.parcel.save(formatSaved(this.#state))
  }
}

/** What is there of it may be other bytes, and fields of others: neither is to be replaced unseen. */
function unusableRecord(): GantryError {
  return new GantryError(
    'integrity',
    'The series has a record of this instance that cannot be used, and that was kept: "gantry cod repair" mends it.',
    { retryable: false },
  )
}

function textsOf(records: ReadonlyMap<string, Recorded>): Map<string, KeptText> {
  return new Map([...records].map(([key, { text }]) => [key, text]))
}

function mutable(tables: ReturnType<FrameWatch['tables']>): AddedInstance['tables'] {
  const { CustomOffsetTable: offsets, CustomOffsetTableLengths: lengths } = tables
  return offsets === undefined || lengths === undefined
    ? {}
    : { CustomOffsetTable: [...offsets], CustomOffsetTableLengths: [...lengths] }
}
