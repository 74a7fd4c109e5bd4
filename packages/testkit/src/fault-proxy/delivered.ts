import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds for a receiver that does not take what is sent to it. */
const patience = 1000
/** Milliseconds where the operating system does not tell what it still has to send. */
const guess = 25

/**
 * Resolves once the other end's operating system has all that was written. A reset takes back what is still on its way,
 * so who wants to say how much came before it has to wait for this.
 */
export async function delivered(socket: Socket): Promise<void> {
  const deadline = performance.now() + patience
  for (
    let wait = 1;
    !socket.destroyed && !socket.pending && performance.now() < deadline;
    wait = Math.min(20, wait * 2)
  ) {
    const unsent = await unsentBytes(socket)
    if (unsent === undefined) return sleep(guess)
    if (unsent === 0) return undefined
    await sleep(wait)
  }
  return undefined
}

/** Linux says it of every socket in /proc/net/tcp, where ports and queues are hexadecimal. */
async function unsentBytes({ localPort, remotePort }: Socket): Promise<number | undefined> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  )
  const ends = `:${hexadecimal(localPort)} [0-9A-F]+:${hexadecimal(remotePort)}`
  const row = new RegExp(`${ends} [0-9A-F]{2} ([0-9A-F]{8}):`).exec(tables.join(''))
  return row === null ? undefined : Number.parseInt(row[1] as string, 16)
}

function hexadecimal(port = 0): string {
  return port.toString(16).toUpperCase().padStart(4, '0')
}
