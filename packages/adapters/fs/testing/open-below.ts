import { readdirSync, readlinkSync } from 'node:fs'

/** Descriptors of this process that are open on files below a folder; none that is known of where it is not Linux. */
export function openBelow(folder: string): number {
  if (process.platform !== 'linux') return 0
  const named = readdirSync('/proc/self/fd').map((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`)
    } catch {
      return ''
    }
  })
  return named.filter((file) => file.startsWith(folder)).length
}
