import type { PendingShare } from '../engine/model.ts'
import type { Engine } from '../engine/start-engine.ts'

/** Interrupted shares of whoever is signed in. */
export async function pendingSharesOf(engine: Engine): Promise<readonly PendingShare[]> {
  return (await hasPending()) ? await engine.pendingShares() : []
}

/** Looked at without the worker's help: on most days there is nothing, and nothing is loaded for it. */
async function hasPending(): Promise<boolean> {
  try {
    const root = await navigator.storage.getDirectory()
    const folder = await (await root.getDirectoryHandle('gantry')).getDirectoryHandle('pending')
    for await (const _ of folder.keys()) return true
  } catch {
    // There is no such folder.
  }
  return false
}
