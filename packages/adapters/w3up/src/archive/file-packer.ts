import { createHash } from 'node:crypto'

import { type Bytes, type Call, digestAside, GantryError, type NewEntry } from '@gantry/core/driver'

import { fromBase64, toBase64 } from '../manifest/base64.ts'
import type { StudyKey } from '../manifest/keyring.ts'
import { FileTree } from '../pack/file-tree.ts'
import { leafBlocks } from '../pack/leaf-blocks.ts'
import { LeafBuffers, leafSize } from '../pack/leaves.ts'
import { createNonce, sealFile } from '../seal/seal-file.ts'
import type { Archive } from './archive.ts'
import type { OpenFile, SavedFile } from './saved-study.ts'
import type { UnitUpload } from './unit-upload.ts'

const buffers = new WeakMap<UnitUpload, LeafBuffers>()
const digestSize = 32

/** Packs one file after another; one that an earlier process sent a part of goes on with the same ciphertext. */
export class FilePacker {
  readonly #archive: Archive
  readonly #upload: UnitUpload
  readonly #key: StudyKey | undefined

  constructor(archive: Archive, upload: UnitUpload, key: StudyKey | undefined) {
    this.#archive = archive
    this.#upload = upload
    this.#key = key
  }

  async pack(entry: NewEntry, body: Bytes, size: number, call: Call): Promise<SavedFile> {
    const { path, modified, contentType, image } = entry
    const begun = this.#begunBefore(entry, size)
    const nonce =
      this.#key === undefined ? undefined : begun?.nonce === undefined ? createNonce() : fromBase64(begun.nonce)
    const sent = begun === undefined ? Buffer.alloc(0) : Buffer.from(fromBase64(begun.leaves))
    const digests: Uint8Array[] = []
    const nonceText = nonce === undefined ? {} : { nonce: toBase64(nonce) }
    const times = modified === undefined ? {} : { modified }
    this.#upload.begin((): OpenFile => {
      return { path, size, ...times, ...nonceText, leaves: toBase64(Buffer.concat(digests)) }
    })
    const hash = this.#startHash(size)
    const plain = passing(body, async (chunk) => {
      await hash.update(chunk)
      call.report?.(chunk.length)
    })
    const stored =
      this.#key === undefined || nonce === undefined
        ? plain
        : sealFile(plain, size, this.#key, nonce, this.#archive.cipher)
    const tree = new FileTree(async (block) => await this.#upload.add(block, call))
    for await (const block of leafBlocks(stored, this.#buffers())) {
      const { cid, bytes } = block
      const { digest } = cid.multihash
      const expected = sent.subarray(digests.length * digestSize, (digests.length + 1) * digestSize)
      // Another plaintext under the nonce of the first would give both away.
      if (expected.length > 0 && Buffer.compare(expected, digest) !== 0) throw changed()
      await this.#upload.add(block, call)
      digests.push(digest)
      await tree.push(cid, bytes.length)
    }
    const { cid, total } = await tree.finish()
    return {
      path,
      size,
      sha256: await hash.digest(),
      cid: cid.toString(),
      total,
      ...nonceText,
      ...times,
      ...(contentType !== undefined && { contentType }),
      ...(image !== undefined && { image: { ...image } }),
    }
  }

  #begunBefore({ path, modified }: NewEntry, size: number): OpenFile | undefined {
    const begun = this.#upload.openFile(path)
    return begun?.size === size && begun.modified === modified ? begun : undefined
  }

  #startHash(size: number) {
    const aside = size > leafSize ? digestAside(this.#archive.hashing, 'sha256') : undefined
    if (aside !== undefined) return aside
    const hash = createHash('sha256')
    return {
      update: (chunk: Uint8Array) => void hash.update(chunk),
      digest: async () => hash.digest('hex'),
    }
  }

  #buffers(): LeafBuffers {
    const known = buffers.get(this.#upload) ?? new LeafBuffers()
    buffers.set(this.#upload, known)
    return known
  }
}

async function* passing(
  body: Bytes,
  see: (chunk: Uint8Array) => Promise<void>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of body) {
    await see(chunk)
    yield chunk
  }
}

function changed(): GantryError {
  return new GantryError(
    'precondition_failed',
    'The file changed since a part of it was archived: discard what was begun of the study, and archive it again.',
  )
}
