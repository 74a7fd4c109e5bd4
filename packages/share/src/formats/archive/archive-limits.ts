/** What an archive may hold at most; more is `invalid`, before anything of it is inflated. */
export interface ArchiveLimits {
  /** Default: 100,000. */
  readonly entries?: number
  /** Bytes of all entries, inflated. Default: 256 GiB. */
  readonly total?: number
  /** Times that all entries may be larger than the archive, beyond the first 256 MiB. Default: 250. */
  readonly ratio?: number
}

const free = 256 * 1024 * 1024

/** Why an archive with such a directory is refused, if it is. */
export function excessOf(
  sizes: readonly number[],
  archiveSize: number,
  { entries = 100_000, total = 256 * 1024 ** 3, ratio = 250 }: ArchiveLimits,
): string | undefined {
  const sum = sizes.reduce((all, size) => all + size, 0)
  if (sizes.length > entries) return `it holds more than ${entries} files`
  if (sum > total) return `it unpacks to more than ${total} bytes`
  return sum > free && sum > archiveSize * ratio ? `it unpacks to more than ${ratio} times its size` : undefined
}
