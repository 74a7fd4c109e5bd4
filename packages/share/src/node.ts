export { nodeCipher } from './age/node-cipher.ts'
