import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'

const chunk = 1024 * 1024

/** Files of which the two folders do not hold the same bytes; `names` says under which path each is in the second. */
export async function differingFiles(
  first: string,
  second: string,
  names: Iterable<readonly [string, string]>,
): Promise<string[]> {
  const differing: string[] = []
  const buffers = [Buffer.allocUnsafe(chunk), Buffer.allocUnsafe(chunk)] as const
  for (const [one, other] of names) {
    const mine = await open(join(first, one))
    const theirs = await open(join(second, other)).catch(() => undefined)
    try {
      if (theirs === undefined || !(await sameBytes(mine, theirs, buffers))) differing.push(one)
    } finally {
      await mine.close()
      await theirs?.close()
    }
  }
  return differing
}

async function sameBytes(
  one: FileHandle,
  other: FileHandle,
  [left, right]: readonly [Buffer, Buffer],
): Promise<boolean> {
  for (;;) {
    const [first, second] = await Promise.all([one.read(left, 0, chunk), other.read(right, 0, chunk)])
    if (first.bytesRead !== second.bytesRead) return false
    if (first.bytesRead === 0) return true
    if (left.compare(right, 0, second.bytesRead, 0, first.bytesRead) !== 0) return false
  }
}
