import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { identityBytes, identityOf, parseSecretLink, restoreSourceKey } from '@gantry/share'

import { type Needle, needle } from './search-disk.ts'
import { annotation, shapes, tags, title, views } from './state.ts'
import { filesIn } from './study.ts'

/** Everything that a hub must never have seen: of the files, of what somebody wrote, and the keys. */
export async function secretsOf(folder: string, catalogue: string, secret: string): Promise<Needle[]> {
  const files = await filesIn(folder)
  const needles = [
    ...[title, annotation, ...Object.entries(tags).flat()].map((text) => needle(`text: ${text}`, text)),
    ...shapes
      .flatMap(({ id, label = id, author = id }) => [id, label, author])
      .map((text) => needle(`shape: ${text}`, text)),
    ...views.flatMap(({ id, name = id }) => [id, name]).map((text) => needle(`view: ${text}`, text)),
    needle('the name of the mesh', 'Quellmalz surface'),
    ...keysOf('the share', parseSecretLink(secret).key),
  ].filter(({ guises }) => guises.length > 0)
  for (const [path, bytes] of files) {
    for (const part of path.split('/')) needles.push(needle(`file name: ${part}`, part))
    for (const uid of uidsIn(bytes)) needles.push(needle(`UID: ${uid}`, uid))
    for (const text of textsIn(bytes)) needles.push(needle(`attribute: ${text}`, text))
    for (const [at, window] of windowsOf(bytes)) needles.push(needle(`bytes ${at} of ${path}`, window))
  }
  for (const name of await readdir(catalogue)) {
    const { identity, header } = JSON.parse(await readFile(join(catalogue, name), 'utf8')) as Record<string, string>
    const key = await restoreSourceKey(identity ?? '', Buffer.from(header ?? '', 'base64'))
    needles.push(...keysOf('a source', identityBytes(key.identity)), needle('the file key of a source', key.fileKey))
  }
  // One that is in the study twice is looked for once. Short words would be found by chance.
  return [...new Map(needles.map((one) => [one.name, one])).values()].filter(({ guises }) => guises.length > 0)
}

function keysOf(of: string, bytes: Uint8Array): Needle[] {
  const id = Buffer.from(bytes).toString('hex').slice(0, 6)
  return [needle(`the key of ${of} ${id}`, bytes), needle(`the identity of ${of} ${id}`, identityOf(bytes))]
}

/** Values of UI attributes but those that DICOM itself defines. */
function uidsIn(bytes: Buffer): string[] {
  const uids = bytes.toString('latin1').match(/(?<=UI[\s\S]{2})[0-9][0-9.]{15,63}/gu) ?? []
  return [...new Set(uids)].filter((uid) => !uid.startsWith('1.2.840.10008.'))
}

/** Names of people and patient ids, and descriptions. */
function textsIn(bytes: Buffer): string[] {
  const head = bytes.subarray(0, 8192).toString('latin1')
  const found = [...head.matchAll(/(?:PN|LO|LT|SH)[\s\S]{2}([\x20-\x7e]{10,})/gu)].map(([, text = '']) => text.trim())
  return [...new Set(found)].filter((text) => text.length >= 10)
}

/** Runs of 16 bytes at random places that are not much the same: those would be found by chance. */
function windowsOf(bytes: Buffer): [number, Buffer][] {
  const windows: [number, Buffer][] = []
  for (let tries = 0; tries < 200 && windows.length < 8; tries += 1) {
    const at = Math.floor(Math.random() * Math.max(1, bytes.length - 16))
    const window = bytes.subarray(at, at + 16)
    if (window.length === 16 && new Set(window).size >= 7) windows.push([at, window])
  }
  return windows
}
