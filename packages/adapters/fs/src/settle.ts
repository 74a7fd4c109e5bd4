import { atOnce, fsync, pooled, type Stats } from './file-operations.ts'

/** What a file needs before it gets its name: its time, and its bytes on the disk if they must outlive a power cut. */
export async function settle(
  descriptor: number,
  modified: number | undefined,
  { durable, local }: { readonly durable: boolean; readonly local: boolean },
): Promise<Stats> {
  const { futimes, fstat } = local ? atOnce : pooled
  if (modified !== undefined) await futimes(descriptor, Date.now() / 1000, modified / 1000)
  const [stats] = await Promise.all([fstat(descriptor), durable ? fsync(descriptor) : undefined])
  return stats
}
