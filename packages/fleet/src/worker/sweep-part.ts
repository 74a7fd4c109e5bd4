import { isGantryError, type Store, type Upload } from '@gantry/core'

/** Clocks of storages differ from ours. */
const slack = 60_000
/** A temporary file beside this part's may be another worker's, who is at it: for as long as nobody takes. */
const day = 86_400_000

/**
 * Removes what workers that are no more left of a part: uploads and temporary files that were to get its very paths, since the
 * first of their runs was submitted, and any temporary file in its folders that is a day old. Nobody else is at its paths, and what
 * this part itself has under way is over by now. A destination that does not let one look is left as it is.
 */
export async function sweepPart(
  to: Store,
  targets: ReadonlySet<string>,
  { since, signal }: { readonly since: number; readonly signal: AbortSignal },
): Promise<void> {
  const { uploads } = to
  if (uploads === undefined) return
  const before = { ours: since - slack, anybodys: Date.now() - day }
  const isLeft = ({ path, started = 0 }: Upload) => targets.has(path) && started >= before.ours
  try {
    for (const [folder, paths] of byFolder(targets)) {
      let young = false
      for await (const orphan of uploads.unfinished(folder === '' ? undefined : folder, { signal })) {
        const { started = 0 } = orphan
        const old = isTemporary(orphan) && started > 0 && started < before.anybodys
        if (isLeft(orphan) || old) await uploads.abort(orphan, { signal })
        else young ||= isTemporary(orphan)
      }
      // Whose they were to be is told to who asks for one path.
      if (young) for (const path of paths) await sweepPath(to, path, { since: before.ours, signal })
    }
  } catch (error) {
    if (!isGantryError(error) || error.code === 'cancelled') throw error
  }
}

async function sweepPath(
  { uploads }: Store,
  path: string,
  { since, signal }: { readonly since: number; readonly signal: AbortSignal },
): Promise<void> {
  for await (const orphan of uploads?.unfinished(path, { signal }) ?? []) {
    const { started = 0 } = orphan
    if (isTemporary(orphan) && folderOf(orphan.path) === folderOf(path) && started >= since)
      await uploads?.abort(orphan, { signal })
  }
}

function byFolder(targets: ReadonlySet<string>): Map<string, string[]> {
  const folders = new Map<string, string[]>()
  for (const target of targets) {
    const folder = folderOf(target)
    folders.set(folder, [...(folders.get(folder) ?? []), target])
  }
  return folders
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

function isTemporary({ path, id }: Upload): boolean {
  return path.slice(path.lastIndexOf('/') + 1).includes(id)
}
