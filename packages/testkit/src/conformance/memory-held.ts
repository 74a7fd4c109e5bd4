import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Bytes of buffers that are in use. */
export async function memoryHeld(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
  // Garbage still counts until another thread has swept it.
  await sleep(50)
  return process.memoryUsage().arrayBuffers
}
