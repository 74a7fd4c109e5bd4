import { entrySource, frameRanges } from '@gantry/dicom'
import { collect, type DicomJson, type Entry, GantryError, Store, type StoreDriver } from '@gantry/core'
import { dicomweb, dicomwebClient, type DicomwebOptions } from '@gantry/dicomweb'

import type { StudyRow, WorklistPage } from './model.ts'
import type { CallContext } from './rpc.ts'

export interface WorklistQuery {
  readonly text: string
  readonly modality: string
  readonly from: number
  readonly count: number
}

const keywords = [
  'StudyDescription',
  'ModalitiesInStudy',
  'NumberOfStudyRelatedSeries',
  'NumberOfStudyRelatedInstances',
]

/** A page of a worklist: by name, ID or description; one more is asked for, to know whether there is more. */
export async function searchStudies(
  store: Store,
  { text, modality, from, count }: WorklistQuery,
  { signal }: CallContext,
): Promise<WorklistPage> {
  const rows = new Map<string, StudyRow>()
  for (const match of matchesOf(text, modality)) {
    const query = { level: 'study', match, include: keywords, limit: from + count + 1 } as const
    for await (const json of store.search(query, { signal })) {
      const row = studyOf(json)
      rows.set(row.uid, row)
    }
  }
  const all = [...rows.values()]
  return { rows: all.slice(from, from + count), more: all.length > from + count }
}

/** One search each: what is typed may be a name, an ID, or a description. */
function matchesOf(text: string, modality: string): Readonly<Record<string, string>>[] {
  const kind: Record<string, string> = modality === '' ? {} : { ModalitiesInStudy: modality }
  const typed = text.trim().replaceAll(/[*?\\]/gu, '')
  if (typed === '') return [kind]
  return ['PatientName', 'PatientID', 'StudyDescription'].map((key) => ({ ...kind, [key]: `*${typed}*` }))
}

function studyOf(json: DicomJson): StudyRow {
  const values = (tag: string) => json[tag]?.Value ?? []
  const text = (tag: string) => values(tag).map(String).join(', ')
  const [name] = values('00100010')
  const { Alphabetic: patient = '' } = (name ?? {}) as { readonly Alphabetic?: string }
  return {
    uid: text('0020000D'),
    patient: patient
      .split('^')
      .filter((part) => part !== '')
      .join(', '),
    patientId: text('00100020'),
    date: text('00080020'),
    description: text('00081030'),
    modalities: text('00080061'),
    series: Number(text('00201206')),
    images: Number(text('00201208')),
  }
}

/** A picture of a study of a service that draws none: drawn here, of the image in the middle. */
export async function drawThumbnail(store: Store, study: string, { signal }: CallContext): Promise<Blob> {
  const entries: Entry[] = []
  for await (const entry of store.list({ studies: [study] }, { signal })) entries.push(entry)
  const middle = entries[Math.floor(entries.length / 2)]
  if (middle === undefined) throw new GantryError('not_found', 'The study has no images.')
  const { renderFrame } = await import('@gantry/pixels')
  const frames = await frameRanges(entrySource(store, middle, { signal }), { longestValue: 131_072, signal })
  const frame = await collect(frames.read(Math.ceil(frames.numberOfFrames / 2), { signal }))
  const viewport = { width: 96, height: 96 }
  const { bytes, type } = await renderFrame({ header: frames.header, frame, viewport, type: 'image/jpeg', signal })
  return new Blob([new Uint8Array(bytes)], { type })
}

/** A picture of the study, as the server draws it. */
export async function thumbnailOf(options: DicomwebOptions, study: string, { signal }: CallContext): Promise<Blob> {
  const { contentType, body } = await dicomwebClient(options).retrieveRendered(
    { study },
    { thumbnail: true, viewport: [96, 96], signal },
  )
  return new Blob([new Uint8Array(await collect(body, 1024 * 1024))], { type: contentType ?? 'image/jpeg' })
}

/** Sizes asked for at a time. */
const atOnce = 8

/**
 * Studies as a store that tells sizes: DICOMweb's lists do not, its servers do, to whoever asks for the head of an image.
 * By them it is known beforehand how much there is, and afterwards what has come already.
 */
export function studiesStore(options: DicomwebOptions): Store {
  const driver = dicomweb(options)
  const sized = new Proxy(driver, {
    get(target, name) {
      if (name === 'list') return list
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  return new Store(sized, { url: options.root })

  async function* list(...[selection, call]: Parameters<StoreDriver['list']>): AsyncGenerator<Entry> {
    let some: Entry[] = []
    for await (const entry of driver.list(selection, call)) {
      some.push(entry)
      if (some.length < atOnce) continue
      yield* await Promise.all(some.map(async (one) => await withSize(options, one, call.signal as AbortSignal)))
      some = []
    }
    yield* await Promise.all(some.map(async (one) => await withSize(options, one, call.signal as AbortSignal)))
  }
}

async function withSize({ root, tokens }: DicomwebOptions, entry: Entry, signal: AbortSignal): Promise<Entry> {
  const headers = new Headers({ accept: 'application/dicom' })
  if (tokens !== undefined) headers.set('authorization', `Bearer ${await tokens.get(signal)}`)
  // Not from the browser's cache: there it may be as it was in an answer of many parts, which is longer.
  const asked = { method: 'HEAD', headers, signal, cache: 'no-store' } as const
  const response = await fetch(`${root}/${entry.path}`, asked).catch(() => undefined)
  const length = Number(response?.headers.get('content-length') ?? 0)
  return response?.ok === true && length > 0 ? { ...entry, size: length } : entry
}
