import { atOnce, fsync, pooled, type Stats } from './file-operations.ts'

/** What a file needs before it gets its name: its time, and its bytes on the disk if they must outlive a power cut. */
export async function settle(
  descriptor: number,
  modified: number | undefined,
  { durable, local }: { readonly durable: boolean; readonly local: boolean },
): Promise<Stats> {
  const { futimes, fstat } = local ? atOnce : pooled
  // Dates, because Node takes the present for a number below zero: a time before 1970.
  if (modified !== undefined) await futimes(descriptor, new Date(), new Date(modified))
  const [stats] = await Promise.all([fstat(descriptor), durable ? fsync(descriptor) : undefined])
  return stats
}
