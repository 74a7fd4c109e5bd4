export { car, carAdapterOn, type ArchivePlatform } from './car.ts'
export { type ArchiveOptions } from './options.ts'
