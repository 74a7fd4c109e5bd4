export { nodeCipher } from '@gantry/age/node'
export { folderCatalogue } from './node/folder-catalogue.ts'
export { nodePlatform, type NodePlatformOptions } from './node/node-platform.ts'
