import type { Samples } from './decoded-frame.ts'

/** The narrowest array for integers of so many bits. */
export function integers(length: number, bits: number, signed: boolean): Samples {
  if (bits <= 8) return signed ? new Int8Array(length) : new Uint8Array(length)
  if (bits <= 16) return signed ? new Int16Array(length) : new Uint16Array(length)
  return signed ? new Int32Array(length) : new Uint32Array(length)
}

/** Takes `bits` bits up to `highBit` of each value, with their sign; other bits may hold overlays or nothing. */
export function takeBits(samples: Samples, bits: number, highBit: number, signed: boolean): void {
  const width = samples.BYTES_PER_ELEMENT * 8
  if (bits === width) return
  const left = 32 - 1 - highBit
  const right = 32 - bits
  for (let index = 0; index < samples.length; index += 1) {
    const raised = (samples[index] as number) << left
    samples[index] = signed ? raised >> right : raised >>> right
  }
}

/** Unsigned values of so many bits as the signed ones that they stand for. */
export function withSign(samples: Samples, bits: number): Samples {
  const signed = integers(samples.length, bits, true)
  const shift = 32 - bits
  for (let at = 0; at < samples.length; at += 1) signed[at] = ((samples[at] as number) << shift) >> shift
  return signed
}
