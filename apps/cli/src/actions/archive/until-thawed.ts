import { setTimeout as sleep } from 'node:timers/promises'

import type { Thawed } from '@gantry/catalogue'

import type { Context } from '../../context.ts'
import { entries } from '../../render/amounts.ts'
import { toJsonLine } from '../../render/json.ts'

/** Whether all of it can be read: asked once, or every `interval` milliseconds until it is so. */
export async function untilThawed(
  { io, options, signal }: Context,
  ask: () => Promise<Thawed>,
  interval: number | undefined,
): Promise<boolean> {
  for (let told: number | undefined; ;) {
    const thawed = await ask()
    if (thawed.waiting === 0) return true
    if (told !== thawed.waiting || interval === undefined) {
      if (options.json) io.stdout.write(toJsonLine({ type: 'thaw', ...thawed }))
      else if (interval === undefined) {
        io.stdout.write(
          `${entries(thawed.waiting)} being thawed, ${thawed.ready} ready: it takes hours. Run the same command again, or with --wait.\n`,
        )
      } else if (!options.quiet) io.stderr.write(`${entries(thawed.waiting)} being thawed, ${thawed.ready} ready\n`)
    }
    if (interval === undefined) return false
    told = thawed.waiting
    await sleep(interval, undefined, { signal })
  }
}
