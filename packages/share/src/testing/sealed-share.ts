import { createHash } from 'node:crypto'

import { type Cipher, createSourceKey, type SourceKey } from '@gantry/age'
import { nodeCipher } from '@gantry/age/node'
import { bytesOf, collect, type Entry, Store } from '@gantry/core'
import { memory, MemoryContents } from '@gantry/memory'

import { encryptionFormat, openedStore, type SealedObject, type SealedSource } from '../sealing/opened-store.ts'
import { createSealedItem } from '../sealing/sealed-item.ts'
import { sealedStore } from '../sealing/sealed-store.ts'

/** A source that was encrypted and uploaded, and what its metadata says of it. */
export class SealedShare {
  readonly key: SourceKey
  readonly contents = new MemoryContents()
  readonly objects = new Store(memory({ contents: this.contents }))
  readonly entries: SealedObject[] = []
  readonly #cipher: Cipher

  private constructor(key: SourceKey, cipher: Cipher) {
    this.key = key
    this.#cipher = cipher
  }

  static async of(files: { readonly [name: string]: Uint8Array }, cipher: Cipher = nodeCipher): Promise<SealedShare> {
    const share = new SealedShare(await createSourceKey(), cipher)
    for (const [name, bytes] of Object.entries(files)) await share.add(name, bytes)
    return share
  }

  get source(): SealedSource {
    return { entries: this.entries, encryption: { format: encryptionFormat, identity: this.key.identity } }
  }

  /** Opened afresh: nothing is known of any object. */
  open(): Store {
    return new Store(openedStore(this.objects, [this.source], this.#cipher))
  }

  object(name: string): SealedObject {
    const object = this.entries.find((entry) => entry.name === name)
    if (object === undefined) throw new Error(`There is no ${name}.`)
    return object
  }

  async add(name: string, bytes: Uint8Array): Promise<SealedObject> {
    const plain = new Store(memory())
    const item = createSealedItem(await plain.write({ path: name, size: bytes.length }, bytesOf(bytes)))
    const sealed = new Store(sealedStore(plain, [{ key: this.key, items: [item] }], this.#cipher))
    const { entry, body } = await sealed.read(item.path)
    await this.objects.write({ path: item.path, size: entry.size }, body)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const { path, size, nonce } = item
    const object = { path, name, size, nonce, digests: { sha256 } }
    this.forget(name)
    this.entries.push(object)
    return object
  }

  forget(name: string): void {
    const index = this.entries.findIndex((entry) => entry.name === name)
    if (index >= 0) this.entries.splice(index, 1)
  }

  async ciphertext(name: string): Promise<Uint8Array> {
    return await read(this.objects, this.object(name).path)
  }

  async replace(name: string, ciphertext: Uint8Array): Promise<Entry> {
    const { path } = this.object(name)
    return await this.objects.write({ path, size: ciphertext.length }, bytesOf(ciphertext))
  }
}

export async function read(store: Store, path: string, start?: number, end?: number): Promise<Uint8Array> {
  const range = start === undefined ? undefined : { start, ...(end !== undefined && { end }) }
  const { body } = await store.read(path, range)
  return await collect(body)
}
