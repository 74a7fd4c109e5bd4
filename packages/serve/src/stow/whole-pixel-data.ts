import { type Bytes, tap } from '@gantry/core'
import { PassingFile } from '@gantry/dicom'

/**
 * The same body, of a whole file; fails at its end with `cutOff` unless it holds all of the pixel data that its header
 * announces. Those of a deflated data set are not looked at: they are for who reads the header.
 */
export async function* wholePixelData(body: Bytes, cutOff: () => Error): AsyncGenerator<Uint8Array, void, undefined> {
  const file = new PassingFile()
  yield* tap(body, (chunk) => file.push(chunk))
  if (file.end() === 'cut') throw cutOff()
}
