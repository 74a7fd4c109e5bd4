// What the conformance suite asks of Node where a store is Node's: nothing that a page has, or that is asked of it.

function absent(): never {
  throw new Error('A page has none of that.')
}

export const createHash = absent
export const crc32 = absent
export const dirname = absent
export const endianness = absent
export const join = absent
export const mkdir = absent
export const readdirSync = absent
export const runInNewContext = absent
export const setFlagsFromString = absent
export const writeFile = absent
