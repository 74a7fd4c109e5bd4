import { setTimeout as sleep } from 'node:timers/promises'

import type { Interruption } from '../src/io.ts'
import type { RunResult } from './run.ts'
import type { Workbench } from './workbench.ts'

/** Runs what ends when it is interrupted; `seen` says after which output, with what is printed by then. */
export async function worked(
  bench: Workbench,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  seen: (text: string) => Promise<boolean> | boolean,
): Promise<RunResult> {
  let printed = ''
  let interrupt: ((why: Interruption) => void) | undefined
  const running = bench.gantry(argv, {
    env,
    watch(text, ask) {
      printed += text
      interrupt = ask
    },
  })
  for (let asked = false; ;) {
    if (!asked && interrupt !== undefined && (await seen(printed))) {
      asked = true
      interrupt('signal')
    }
    const ended = await Promise.race([running, sleep(100, undefined)])
    if (ended !== undefined) return ended
  }
}
