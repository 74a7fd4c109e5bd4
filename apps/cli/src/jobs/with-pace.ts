import type { JobSpec } from '@gantry/core'
import type { Journal } from '@gantry/transfer'

/** How fast a job may go: what is asked of this run counts, whatever its record says. */
export type Pace = Partial<Pick<JobSpec, 'concurrency' | 'bandwidth'>>

/** The journal with another pace in its spec; what is recorded stays as it is. */
export function withPace(journal: Journal, pace: Pace): Journal {
  const spec: JobSpec = { ...journal.spec, ...pace }
  return new Proxy(journal, {
    get(target, key) {
      if (key === 'spec') return spec
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}
