import { setTimeout as sleep } from 'node:timers/promises'

import { isGantryError } from '@gantry/core'
import type { HubKeyFile } from '@gantry/core/hub'

import type { HubProcess } from '../rig/hub-process.ts'
import type { Ledger } from './ledger.ts'
import { type Operation, operationsOf } from './operations.ts'

/** What workers do in turn: of ten, so many are of each kind. */
const kinds = [
  { of: 4, rounds: ['write', 'share', 'write in parts', 'share'] },
  { of: 3, rounds: ['open'] },
  { of: 2, rounds: ['share encrypted'] },
  { of: 1, rounds: ['open encrypted'] },
]
const roundsOf = kinds.flatMap(({ of, rounds }) => Array.from({ length: of }, () => rounds))

/** Nobody waits longer for one thing: a transfer is patient, and goes on when the network is well again. */
const patience = 15_000

/** Lets so many workers loose on a hub for a while, and until they have done enough to look at, and kills the hub twice while they are at it. */
export async function soak(
  hub: HubProcess,
  key: HubKeyFile,
  ledger: Ledger,
  { workers, milliseconds }: { readonly workers: number; readonly milliseconds: number },
): Promise<void> {
  const operations = operationsOf(key, ledger)
  const over = new AbortController()
  const work = async (worker: number) => {
    const rounds = roundsOf[worker % roundsOf.length] ?? []
    for (let turn = 0; !over.signal.aborted; turn += 1) {
      const name = rounds[turn % rounds.length] ?? ''
      const signal = AbortSignal.any([over.signal, AbortSignal.timeout(patience)])
      await attempt(name, operations[name] as Operation, ledger, signal)
    }
  }
  const working = Promise.all(Array.from({ length: workers }, async (_, worker) => await work(worker)))
  for (let kills = 0; kills < 2; kills += 1) {
    await sleep(milliseconds / 3)
    await hub.kill()
    await sleep(100)
    await hub.start()
  }
  await sleep(milliseconds / 3)
  // A machine that is busy with other things needs longer for as much.
  while (!isEnough(ledger)) await sleep(100)
  over.abort()
  await working
}

function isEnough({ objects, shares, secrets }: Ledger): boolean {
  const acknowledged = (tried: ReadonlyMap<string, { acknowledged: boolean }>) =>
    [...tried.values()].filter((one) => one.acknowledged).length
  return acknowledged(objects) > 200 && acknowledged(shares) > 20 && secrets.length > 5
}

async function attempt(name: string, operation: Operation, ledger: Ledger, signal: AbortSignal): Promise<void> {
  try {
    ledger.count(name, await operation(signal))
  } catch (error) {
    ledger.count(name, isGantryError(error) ? error.code : `no code: ${String(error)}`)
    // A hub that is down refuses at once: whoever asks again waits a little.
    await sleep(20)
  }
}
