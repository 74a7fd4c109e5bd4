// Free of Node: also for browsers.
export { batched } from './batched.ts'
export { orderedMap } from './ordered-map.ts'
export { sideBySide, type SideBySideOptions } from './side-by-side.ts'
export { atMost, type Shared, Semaphore } from './semaphore.ts'
