export { nodeCipher } from './node-cipher.ts'
