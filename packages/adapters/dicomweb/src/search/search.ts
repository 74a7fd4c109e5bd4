import type { Call, DicomJson, Query } from '@gantry/core/driver'

import type { Service } from '../service.ts'
import { partError } from '../told-parts.ts'
import { type Counted, needsProfile, planSearch } from './plan-search.ts'
import { RecentUids } from './recent-uids.ts'
import { type Progress, searchPlan } from './search-plan.ts'

/**
 * Matches of a query (QIDO-RS), page by page, when they are asked for. Each comes once, as far as it was among the last
 * 25,000; what does not match is left out, whatever the service makes of the keys. What is stored or removed meanwhile
 * may be told or not. Fails behind them where the service says that it does not know of all that it keeps. Of a search of which whoever asked was told a number, that is theirs to compare, where the service has no pages.
 */
export async function* search(
  service: Service,
  query: Query,
  call: Call,
  counted?: Counted,
): AsyncGenerator<DicomJson, void, undefined> {
  if (needsProfile(query)) await service.identify(call)
  const progress: Progress = { met: new RecentUids(), left: query.limit ?? Infinity, lacking: false }
  for (const plan of planSearch(query, service.profile))
    yield* searchPlan(service, { ...plan, counted }, progress, call)
  if (progress.lacking && progress.left > 0) throw partError('lacking')
}
