import { statfs } from './file-operations.ts'

/** File systems of Linux that lie in this machine, by the numbers that statfs(2) tells: ext, XFS, Btrfs, F2FS, tmpfs, overlay. */
const localKinds = new Set([0xef53, 0x58_46_53_42, 0x91_23_68_3e, 0xf2_f5_20_10, 0x01_02_19_94, 0x79_4c_76_30])

const mostKept = 10_000
const known = new Map<string, boolean>()

/**
 * Whether a real folder lies on a disk, or in the memory, of this machine. What concerns an inode alone is done there at once,
 * in less time than it takes to wake a thread of the pool. Elsewhere, as on a network, the same call may hang, and would take
 * the event loop with it.
 */
export async function isLocalDisk(folder: string): Promise<boolean> {
  const told = known.get(folder)
  if (told !== undefined) return told
  const local = await looksLocal(folder)
  if (known.size >= mostKept) known.clear()
  known.set(folder, local)
  return local
}

async function looksLocal(folder: string): Promise<boolean> {
  if (process.platform !== 'linux') return false
  try {
    return localKinds.has((await statfs(folder)).type)
  } catch {
    return false
  }
}
