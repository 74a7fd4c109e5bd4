import { readFileSync } from 'node:fs'

const LISTENING = '0A'
/** 127.0.0.1 and ::1, as the kernel writes them on a machine with the lowest byte first. */
const LOOPBACK = ['0100007F', '00000000000000000000000001000000']

/** The kernel's names of the addresses other than loopback that a TCP port of this machine is listened to on. */
export function listenersBeyondLoopback(port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => {
    return linesOf(table).flatMap((line) => {
      const [, local = '', , state] = line.trim().split(/\s+/)
      const [address = '', of] = local.split(':')
      return state === LISTENING && of === wanted && !LOOPBACK.includes(address) ? [address] : []
    })
  })
}

function linesOf(table: string): string[] {
  try {
    return readFileSync(table, 'utf8').split('\n')
  } catch {
    return []
  }
}
