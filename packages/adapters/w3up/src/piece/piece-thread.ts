import { parentPort } from 'node:worker_threads'

import * as pieces from 'fr32-sha2-256-trunc254-padded-binary-tree-multihash'

// The other side of `pieceCidOf`: Filecoin's tree takes a core for seconds a shard. It runs straight from its file.

/** What the package has, and its types do not tell. */
interface PieceHasher {
  write(bytes: Uint8Array): void
  digestInto(target: Uint8Array, offset: number, prefix: boolean): number
  multihashByteLength(): number
  free(): void
}

const hasher = (pieces as unknown as { create(): PieceHasher }).create()

parentPort?.on('message', (chunk: Uint8Array | 'end') => {
  if (chunk !== 'end') {
    hasher.write(chunk)
    answer('more')
    return
  }
  const multihash = new Uint8Array(hasher.multihashByteLength())
  hasher.digestInto(multihash, 0, true)
  // WebAssembly's memory is not collected.
  hasher.free()
  answer(multihash)
})

function answer(message: 'more' | Uint8Array): void {
  // eslint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(message)
}
