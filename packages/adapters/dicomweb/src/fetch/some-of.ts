import type { Call } from '@gantry/core/driver'

import { entryOf } from '../listing/entry-of.ts'
import { uidsOf } from '../retrieve/resource.ts'
import { planSearch } from '../search/plan-search.ts'
import { readPage } from '../search/read-page.ts'
import type { Service } from '../service.ts'
import type { Wanted } from './instance-pool.ts'

/** As many keep a service busy until it has told all: some take a millisecond or more for each that they tell. */
const some = 32

/**
 * Some instances of a series, as soon as can be: no page of all, which a service may put in another order. None where that
 * fails: whoever asks for all is told why.
 */
export async function someOf(
  service: Service,
  { study, series }: { readonly study: string; readonly series: string },
  call: Call,
): Promise<readonly Wanted[]> {
  const [plan] = planSearch({ level: 'instance', study, series }, service.profile)
  if (plan === undefined) return []
  try {
    const { matches } = await readPage(service, plan, { offset: 0, limit: some }, call)
    const found = new Map<string, Wanted>()
    for (const match of matches) {
      const path = entryOf({ ...uid('0020000D', study), ...uid('0020000E', series), ...match })?.path
      const uids = path === undefined ? undefined : uidsOf(path)
      if (path !== undefined && uids?.study === study && uids.series === series) found.set(path, { path, ...uids })
    }
    return [...found.values()]
  } catch {
    return []
  }
}

const uid = (tag: string, value: string) => ({ [tag]: { vr: 'UI', Value: [value] } })
