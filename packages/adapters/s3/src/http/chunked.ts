import { longestHead, malformed } from './response-head.ts'

/**
 * Decodes a chunked body (RFC 9112 7.1). Pure: it is shown bytes as they come and says which of them are payload.
 */
export class ChunkedDecoder {
  #state: 'size' | 'data' | 'data-end' | 'trailer' | 'over' = 'size'
  #left = 0
  #line = ''
  #trailerBytes = 0

  get over(): boolean {
    return this.#state === 'over'
  }

  /** Tells `payload` of every piece of the body; answers how many bytes belonged to this body, trailer included. */
  feed(bytes: Buffer, payload: (piece: Buffer) => void): number {
    let at = 0
    while (at < bytes.length && this.#state !== 'over') {
      if (this.#state === 'data') {
        const piece = bytes.subarray(at, at + this.#left)
        at += piece.length
        this.#left -= piece.length
        if (this.#left === 0) this.#state = 'data-end'
        payload(piece)
        continue
      }
      const feed = bytes.indexOf(10, at)
      const end = feed < 0 ? bytes.length : feed + 1
      this.#line += bytes.toString('latin1', at, end)
      at = end
      if (this.#line.length > longestHead) throw malformed()
      if (feed >= 0) this.#endLine()
    }
    return at
  }

  #endLine(): void {
    if (!this.#line.endsWith('\r\n')) throw malformed()
    const line = this.#line.slice(0, -2)
    this.#line = ''
    if (this.#state === 'data-end') {
      if (line !== '') throw malformed()
      this.#state = 'size'
    } else if (this.#state === 'size') {
      const size = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/iu.exec(line)?.[1]
      if (size === undefined) throw malformed()
      this.#left = Number.parseInt(size, 16)
      this.#state = this.#left === 0 ? 'trailer' : 'data'
    } else {
      this.#trailerBytes += line.length
      if (this.#trailerBytes > longestHead) throw malformed()
      if (line === '') this.#state = 'over'
    }
  }
}
