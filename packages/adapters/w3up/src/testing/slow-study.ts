import { pattern, type TestFile } from './parcels.ts'

/** A study of 7 MB, whose files are shorter and longer than a shard of 300 kB. */
export function slowStudy(): TestFile[] {
  return Array.from({ length: 24 }, (_, index) => ({
    path: `study/series-${index % 3}/instance-${index}`,
    bytes: pattern(index % 8 === 7 ? 1_200_000 : 150_000, index + 1),
  }))
}
