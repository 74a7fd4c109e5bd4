import { isGantryError, type Store, type Upload } from '@gantry/core'

/** Clocks of storages differ from ours. */
const slack = 60_000
/** A temporary file beside this part's may be another worker's, who is at it: for as long as nobody takes. */
const day = 86_400_000

/**
 * Removes what a worker that died left of a part: uploads to its very paths, since the run began, and temporary files in its
 * folders when they are a day old. A destination that does not let one look is left as it is.
 */
export async function sweepPart(
  to: Store,
  targets: ReadonlySet<string>,
  { since, signal }: { readonly since: number; readonly signal: AbortSignal },
): Promise<void> {
  if (to.uploads === undefined) return
  const folders = new Set([...targets].map((target) => target.slice(0, Math.max(0, target.lastIndexOf('/')))))
  const before = Date.now() - slack
  try {
    for (const folder of folders) {
      for await (const orphan of to.uploads.unfinished(folder === '' ? undefined : folder, { signal })) {
        const { started = 0, path } = orphan
        const ours = targets.has(path) && started >= since - slack && started < before
        if (ours || (isTemporary(orphan) && started > 0 && started < Date.now() - day)) {
          await to.uploads.abort(orphan, { signal })
        }
      }
    }
  } catch (error) {
    if (!isGantryError(error) || error.code === 'cancelled') throw error
  }
}

function isTemporary({ path, id }: Upload): boolean {
  return path.slice(path.lastIndexOf('/') + 1).includes(id)
}
