/**
 * A number in 0..1 that depends on its arguments alone. There is no generator with a state: so what befalls one
 * request does not depend on how requests on other connections happened to interleave with it.
 */
export function draw(seed: number, ...names: readonly (string | number)[]): number {
  let hash = 0x811c9dc5 ^ seed
  for (const name of names) {
    for (const character of `${name}\0`) {
      hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193)
    }
  }
  return (mixed(hash) >>> 0) / 2 ** 32
}

/** The end of MurmurHash3: spreads a change of any bit over all of them. */
function mixed(hash: number): number {
  let bits = hash
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}
