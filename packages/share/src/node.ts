export { nodeCipher } from './age/node-cipher.ts'
export { folderCatalogue } from './node/folder-catalogue.ts'
export { nodePlatform, type NodePlatformOptions } from './node/node-platform.ts'
