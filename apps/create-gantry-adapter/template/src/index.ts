export { myStore, type MyStoreOptions } from './my-store.ts'
export { myStoreAdapter } from './my-store-adapter.ts'
export { MyStoreService } from './service.ts'
