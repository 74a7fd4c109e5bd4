import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Something that must not be there, and all the guises that are looked for. */
export interface Needle {
  readonly name: string
  readonly guises: readonly Buffer[]
}

/** Shorter ones would be found by chance. */
const shortest = 8

/** Bytes as they are, as hexadecimal digits, and as base64 and base64url at each of the three places in a group. */
export function needle(name: string, content: string | Uint8Array): Needle {
  const bytes = Buffer.from(content)
  const hex = bytes.toString('hex')
  const guises = [bytes, Buffer.from(hex), Buffer.from(hex.toUpperCase())]
  for (const shift of [0, 1, 2]) {
    // Letters that depend on the neighbours are left out.
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replaceAll('=', '')
    const inner = text.slice(shift === 0 ? 0 : shift + 1, -1)
    guises.push(Buffer.from(inner), Buffer.from(inner.replaceAll('+', '-').replaceAll('/', '_')))
  }
  if (typeof content === 'string') {
    guises.push(Buffer.from(content, 'utf16le'), Buffer.from(encodeURIComponent(content)))
    guises.push(Buffer.from(content.toLowerCase()), Buffer.from(content.toUpperCase()))
  }
  const distinct = new Map(guises.map((guise) => [guise.toString('latin1'), guise]))
  return { name, guises: [...distinct.values()].filter(({ length }) => length >= shortest) }
}

export interface Searched {
  readonly files: number
  readonly bytes: number
  /** Names of needles, and in what kind of file each was. */
  readonly found: ReadonlyMap<string, ReadonlySet<string>>
}

/** Searches every file below a folder, whatever it is called, and the files' own names. */
export async function searchDisk(folder: string, needles: readonly Needle[]): Promise<Searched> {
  const beginnings = new Map<number, [string, Buffer][]>()
  for (const { name, guises } of needles) {
    for (const guise of guises) {
      const key = guise.readInt32LE(0)
      const others = beginnings.get(key)
      if (others === undefined) beginnings.set(key, [[name, guise]])
      else others.push([name, guise])
    }
  }
  const longest = Math.max(...needles.flatMap(({ guises }) => guises.map(({ length }) => length)))
  const found = new Map<string, Set<string>>()
  const look = (where: string, window: Buffer) => {
    for (let at = 0; at + shortest <= window.length; at += 1) {
      for (const [name, guise] of beginnings.get(window.readInt32LE(at)) ?? []) {
        if (window.compare(guise, 0, guise.length, at, Math.min(window.length, at + guise.length)) !== 0) continue
        const places = found.get(name) ?? new Set()
        found.set(name, places.add(where))
      }
    }
  }
  let [files, bytes] = [0, 0]
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    look('a name', Buffer.from(entry.name))
    if (!entry.isFile()) continue
    files += 1
    let tail = Buffer.alloc(0)
    for await (const chunk of createReadStream(join(entry.parentPath, entry.name), { highWaterMark: 2 ** 20 })) {
      bytes += (chunk as Buffer).length
      const window = Buffer.concat([tail, chunk as Buffer])
      look(/\.\w+(?:-wal|-shm)?$/u.exec(entry.name)?.[0] ?? 'a blob', window)
      tail = window.subarray(Math.max(0, window.length - longest))
    }
  }
  return { files, bytes, found }
}
