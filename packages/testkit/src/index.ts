export {
  Bench,
  type ConformanceCase,
  conformanceCases,
  type HarnessHook,
  type OpenHarness,
  runCase,
  type StoreHarness,
  testHashing,
} from './conformance/index.ts'
export { describeStore, type DescribeStoreOptions } from './conformance/describe-store.ts'
