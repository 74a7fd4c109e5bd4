export { storeCatalogue } from './web/store-catalogue.ts'
export { webHashing } from './web/web-hashing.ts'
export { webPlatform, type WebPlatformOptions } from './web/web-platform.ts'
export { createWebTransfer, type WebTransferOptions } from './web/web-transfer.ts'
