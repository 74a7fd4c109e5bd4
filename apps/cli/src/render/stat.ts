import type { Entry, Store } from '@gantry/core'

import { entries, formatBytes, formatCount, formatTime } from './amounts.ts'
import { renderDigests } from './entry.ts'
import { printable } from './text.ts'

type Facts = [string, string][]

/**
 * What is known of an entry; `header` as pairs of a word and a value, read because the user asked for it, and why it could not
 * be, if so.
 */
export function entryFacts(entry: Entry, header: Readonly<Record<string, string>>, flaw: string | undefined): Facts {
  const { path, size, modified, version, contentType, tier, digests, image } = entry
  return [
    ['Path', printable(path)],
    ['Size', size === undefined ? 'not told by the store' : `${formatBytes(size)} (${formatCount(size)} bytes)`],
    ['Modified', formatTime(modified)],
    ...optional('Version', version),
    ...optional('Content type', contentType),
    ...optional('Class', tier),
    ['Digests', renderDigests(digests)],
    ...(image === undefined
      ? []
      : ([
          ['Study', image.studyInstanceUID],
          ['Series', image.seriesInstanceUID],
          ['Instance', image.sopInstanceUID],
          ['SOP class', image.sopClassUID],
          ...optional('Transfer syntax', image.transferSyntaxUID),
          ...(image.numberOfFrames === undefined ? [] : [['Frames', String(image.numberOfFrames)]]),
        ] as Facts)),
    ...optional('Header', flaw),
    ...Object.entries(header).map(([word, value]): [string, string] => [word, printable(value)]),
  ]
}

function optional(word: string, text: string | undefined): Facts {
  return text === undefined ? [] : [[word, printable(text)]]
}

/** What is known of a folder or bucket. */
export function placeFacts(
  { url, abilities }: Pick<Store, 'url' | 'abilities'>,
  {
    count,
    bytes,
    refused,
    modified,
  }: {
    readonly count: number
    readonly bytes: number | undefined
    readonly refused: number
    readonly modified: number | undefined
  },
): Facts {
  const can = [
    ...(abilities.write ? ['write'] : []),
    ...(abilities.remove ? ['remove'] : []),
    ...(abilities.conditional ? ['conditional writes'] : []),
    ...(abilities.query === true ? ['searches'] : []),
    ...(abilities.parcels === undefined ? [] : ['many entries at once']),
    ...(abilities.resumable === undefined ? [] : ['uploads in parts']),
    ...(abilities.sign === undefined ? [] : ['signed URLs']),
    ...(abilities.retain === true ? ['retention'] : []),
  ]
  return [
    ['Place', printable(url)],
    [
      'Entries',
      `${entries(count)}, ${bytes === undefined ? 'of sizes that the store does not tell' : formatBytes(bytes)}`,
    ],
    ...optional(
      'Refused',
      refused === 0 ? undefined : `${formatCount(refused)} that cannot be read or copied: gantry ls says why`,
    ),
    ['Last change', formatTime(modified)],
    ['Can', can.join(', ') || 'read only'],
    ['Digests told', abilities.digests.join(', ') || 'none'],
  ]
}
