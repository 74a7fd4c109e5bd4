import { Bench } from './bench.ts'
import type { ConformanceCase } from './conformance-case.ts'
import { openHarness, type OpenHarness } from './store-harness.ts'

/** Runs one case on a fresh store. Throws when the promise is broken; answers why, when it had to be skipped. */
export async function runCase(one: ConformanceCase, open: OpenHarness): Promise<string | undefined> {
  if (one.gate !== undefined && (process.env[one.gate] ?? '') === '') return `${one.gate} is not set`
  const harness = await openHarness(open)
  const bench = new Bench(harness)
  let skipped: string | undefined
  try {
    if (one.needs !== undefined && harness[one.needs] === undefined) skipped = `the harness offers no ${one.needs}`
    else skipped = (await one.check(bench)) ?? undefined
  } catch (error) {
    // What is left of a case that failed may not be removable: the first failure is the one to tell.
    await bench.close().catch(() => {})
    throw error
  }
  await bench.close()
  return skipped
}
