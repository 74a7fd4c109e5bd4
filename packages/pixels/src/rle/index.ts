// Apart from the codecs, which look for Node where a bundler meets them.
export { type RleShape, unpackRle } from '../decode/rle.ts'
export { encodeRle } from '../encode/rle.ts'
