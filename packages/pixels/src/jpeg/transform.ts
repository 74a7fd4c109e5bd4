/** By frequency and place, scaled so that the transform and its inverse are the same but for their direction (T.81 A.3.3). */
const cosines = Float32Array.from({ length: 64 }, (_, at) => {
  const [space, frequency] = [at >> 3, at & 7]
  return Math.cos(((2 * space + 1) * frequency * Math.PI) / 16) * (frequency === 0 ? Math.SQRT1_2 : 1) * 0.5
})
const transposed = Float32Array.from({ length: 64 }, (_, at) => cosines[(at & 7) * 8 + (at >> 3)] as number)
const half = new Float32Array(64)

/** From coefficients to samples, in place. */
export function inverseTransform(block: Float32Array): void {
  lines(block, half, cosines)
  lines(half, block, cosines)
}

/** From samples to coefficients, in place. */
export function forwardTransform(block: Float32Array): void {
  lines(block, half, transposed)
  lines(half, block, transposed)
}

/** Transforms each row and lays it down as a column: twice, and rows and columns are where they were. */
function lines(input: Float32Array, output: Float32Array, factors: Float32Array): void {
  for (let line = 0; line < 8; line += 1) {
    const at = line * 8
    for (let to = 0; to < 8; to += 1) {
      let sum = 0
      for (let from = 0; from < 8; from += 1) sum += (input[at + from] as number) * (factors[to * 8 + from] as number)
      output[to * 8 + line] = sum
    }
  }
}
