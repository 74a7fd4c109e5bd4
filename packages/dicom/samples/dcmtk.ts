import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** DCMTK's tools, from Debian's `dcmtk`. */
export const hasDcmtk = spawnSync('dcmdump', ['--version'], { stdio: 'ignore' }).status === 0

/** Top level UIDs by tag, `0020,000d`; `undefined` for a file that `dcmdump` cannot read. */
export type DumpedUIDs = ReadonlyMap<string, string> | undefined

const searched = ['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID', 'SOPClassUID', 'TransferSyntaxUID']

/** What `dcmdump` says of files; many at a time, for the sake of speed. */
export function dumpUIDs(files: readonly string[]): ReadonlyMap<string, DumpedUIDs> {
  const uids = new Map<string, DumpedUIDs>()
  for (let at = 0; at < files.length; at += 100) dumpSome(files.slice(at, at + 100), uids)
  return uids
}

function dumpSome(files: readonly string[], uids: Map<string, DumpedUIDs>): void {
  const searches = searched.flatMap((keyword) => ['+P', keyword])
  const args = ['-M', '-Un', '+L', '+p', '+F', ...searches, ...files]
  const { stdout, stderr } = spawnSync('dcmdump', args, { encoding: 'latin1', maxBuffer: 1 << 28 })
  let current: Map<string, string> | undefined
  for (const line of stdout.split('\n')) {
    const file = /^# dcmdump \(\d+\/\d+\): (.*)$/u.exec(line)?.[1]
    if (file !== undefined) {
      current = new Map()
      uids.set(file, current)
    }
    const [, tag, vr, value = '', text, octets = ''] =
      /^\((....,....)\) (..) ((?:\[(.*)\])|((?:[0-9a-f]{2}\\?)+)|\(no value available\))/u.exec(line) ?? []
    if (tag === undefined || current === undefined) continue
    if (text !== undefined) current.set(tag, text)
    else if (vr === 'UN' && value !== '') current.set(tag, textOfOctets(octets))
  }
  for (const [, file = ''] of stderr.matchAll(/^E: dcmdump: .*: reading file: (.*)$/gmu)) uids.set(file, undefined)
}

/** `31\2e\32` is `1.2`. */
function textOfOctets(octets: string): string {
  return Buffer.from(octets.replaceAll('\\', ''), 'hex')
    .toString('latin1')
    .replace(/[\0 ]+$/u, '')
}

/** The DICOM JSON that `dcm2json` makes, or `undefined` where it makes none. */
export function dumpJson(file: string): unknown {
  const { status, stdout } = spawnSync('dcm2json', ['-q', '-fc', file], { encoding: 'utf8', maxBuffer: 1 << 29 })
  return status === 0 ? JSON.parse(stdout) : undefined
}

/** What `dcmdump` writes of the top level pixel data, one after the other: the value, or the offset table and fragments. */
export function dumpPixelItems(file: string): readonly Buffer[] {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-dump-'))
  try {
    spawnSync('dcmdump', ['-q', '+W', folder, '+P', '7fe0,0010', file], { stdio: 'ignore' })
    const numberOf = (name: string) => Number(/\.(\d+)\.raw$/u.exec(name)?.[1])
    const names = readdirSync(folder).toSorted((a, b) => numberOf(a) - numberOf(b))
    return names.map((name) => readFileSync(join(folder, name)))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
