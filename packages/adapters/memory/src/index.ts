export { MemoryContents } from './contents.ts'
export { type Digesting } from './digesting.ts'
export { memory, type MemoryOptions } from './memory.ts'
export { memoryAdapter } from './memory-adapter.ts'
