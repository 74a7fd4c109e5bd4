import type { CID } from 'multiformats/cid'

/** The digest of a blob, as multiformats writes it. */
export interface Multihash {
  readonly bytes: Uint8Array
  readonly code: number
  readonly size: number
  readonly digest: Uint8Array
}

/** A body that clients read as a whole. */
export interface BlobBody {
  readonly size: number
  arrayBuffer(): Promise<ArrayBuffer>
}

/** What clients are told besides. */
export interface RequestOptions {
  readonly signal?: AbortSignal | undefined
  readonly retries?: number | undefined
  /** Makes the invocation another one: a service answers one that it knows, of the same second, as it did before. */
  readonly nonce?: string | undefined
}

interface Page<Item> {
  readonly results: readonly Item[]
  readonly cursor?: string
}

interface ListOptions extends RequestOptions {
  cursor?: string
  size?: number
}

type BlobPage = Page<{ readonly blob: { readonly digest: Uint8Array; readonly size: number } }>

/**
 * What is asked of a w3up client: so much of `Client` that both `@web3-storage/w3up-client` and `@storacha/client` have.
 * Its current space is where blobs go.
 */
export interface W3upClient {
  readonly capability: {
    readonly blob: {
      add(blob: never, options?: RequestOptions): Promise<unknown>
      list(options?: ListOptions): Promise<BlobPage>
      remove(digest: never, options?: RequestOptions): Promise<unknown>
    }
    readonly index: { add(index: never, options?: RequestOptions): Promise<unknown> }
    readonly upload: {
      add(root: never, shards: never, options?: RequestOptions): Promise<unknown>
      remove(root: never, options?: RequestOptions): Promise<unknown>
    }
  }
}

/** The client by what is really given to it: the packages' own types differ in brands alone. */
export interface PlainClient {
  readonly capability: {
    readonly blob: {
      add(blob: BlobBody, options?: RequestOptions): Promise<unknown>
      list(options?: ListOptions): Promise<BlobPage>
      remove(digest: Multihash, options?: RequestOptions): Promise<unknown>
    }
    readonly index: { add(index: CID, options?: RequestOptions): Promise<unknown> }
    readonly upload: {
      add(root: CID, shards: readonly CID[], options?: RequestOptions): Promise<unknown>
      remove(root: CID, options?: RequestOptions): Promise<unknown>
    }
  }
}
