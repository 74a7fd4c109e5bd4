import type { Rule } from '@gantry/testkit/fault-proxy'

/** What goes wrong on the way, each drawn for itself; nothing changes a bit, which TCP would have noticed. */
export const badNetwork: readonly Rule[] = [
  { match: { probability: 0.01 }, fault: { kind: 'reset', at: 'head' } },
  { match: { probability: 0.02, minBody: 64 }, fault: { kind: 'reset', direction: 'up', at: { sixteenths: 9 } } },
  { match: { probability: 0.02, minBody: 64 }, fault: { kind: 'reset', at: { sixteenths: 5 } } },
  { match: { probability: 0.02 }, fault: { kind: 'truncate', at: { sixteenths: 11 } } },
  { match: { probability: 0.02 }, fault: { kind: 'answer', status: 503, retryAfter: 0 } },
  { match: { probability: 0.01 }, fault: { kind: 'answer', status: 503, early: true } },
  { match: { probability: 0.02 }, fault: { kind: 'lose-answer' } },
  { match: { probability: 0.02 }, fault: { kind: 'stall', milliseconds: 400 } },
  { match: { probability: 0.02 }, fault: { kind: 'stall', direction: 'up', at: { sixteenths: 3 }, milliseconds: 400 } },
]
