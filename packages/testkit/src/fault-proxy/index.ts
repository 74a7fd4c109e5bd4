export {
  type Answer,
  type Corrupt,
  type Delay,
  type Direction,
  type Fault,
  type FaultKind,
  type Link,
  type LoseAnswer,
  type Point,
  type Reset,
  type Stall,
  type Truncate,
} from './fault.ts'
export { type FaultProxy, type FaultProxyOptions, startFaultProxy } from './fault-proxy.ts'
export { type Counts, type Injection } from './record.ts'
export { type Match, type Rule } from './schedule.ts'
