import { wrongLength } from '@gantry/core/driver'

/** Bytes of a frame: S3 wants at least 8 KiB, MinIO at most 16 MiB. */
const frameSize = 1024 * 1024

/** Length of a body of `size` bytes in frames, with a trailer of that many bytes. */
export function awsChunkedLength(size: number, trailerLength: number): number {
  const whole = Math.floor(size / frameSize)
  const rest = size % frameSize
  return whole * frameLength(frameSize) + (rest === 0 ? 0 : frameLength(rest)) + 3 + trailerLength + 2
}

/** Of a frame: its length in hexadecimal, its bytes, and a line end after each. */
function frameLength(length: number): number {
  return length.toString(16).length + 2 + length + 2
}

/**
 * S3's `aws-chunked` coding without signatures: frames of a fixed length, whatever the chunks that come, so that the
 * length of the whole is known before. The last frame and the trailer are sent when the body has ended as promised.
 */
export async function* awsChunked(
  body: AsyncIterable<Uint8Array>,
  size: number,
  see: (chunk: Uint8Array) => void,
  trailer: () => string,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = size
  let frameLeft = 0
  for await (const chunk of body) {
    if (chunk.length > left) throw wrongLength()
    see(chunk)
    let at = 0
    while (at < chunk.length) {
      if (frameLeft === 0) {
        frameLeft = Math.min(frameSize, left)
        yield Buffer.from(`${left === size ? '' : '\r\n'}${frameLeft.toString(16)}\r\n`, 'latin1')
      }
      const piece = chunk.subarray(at, at + frameLeft)
      yield piece
      at += piece.length
      frameLeft -= piece.length
      left -= piece.length
    }
  }
  if (left > 0) throw wrongLength()
  yield Buffer.from(`${size === 0 ? '' : '\r\n'}0\r\n${trailer()}\r\n`, 'latin1')
}
