import { entrySource, frameRanges } from '@gantry/dicom'
import { collect, type DicomJson, type Entry, GantryError, Store } from '@gantry/core'
import { type Call, type StoreDriver, withCalls } from '@gantry/core/driver'
import { dicomweb, dicomwebClient, type DicomwebOptions } from '@gantry/dicomweb'
import { fetchTransport, Sender } from '@gantry/http'

import { patientName } from './patient-name.ts'
import type { FoundStudies, StudyRow } from './model.ts'
import { dayOf, type Days, newestStudies } from './newest-studies.ts'
import type { CallContext } from './rpc.ts'

export interface WorklistQuery {
  readonly text: string
  readonly modality: string
  readonly days: Days
  /** Studies at most. */
  readonly most: number
}

const keywords = [
  'StudyDescription',
  'ModalitiesInStudy',
  'NumberOfStudyRelatedSeries',
  'NumberOfStudyRelatedInstances',
]

/**
 * Studies by name, ID or description; one more is asked for, to know whether there is more. Services tell them in an order of
 * their own: where there is more, the newest are asked for by days.
 */
export async function searchStudies(
  store: Store,
  { text, modality, days, most }: WorklistQuery,
  { signal }: CallContext,
): Promise<FoundStudies> {
  const search = async (within: Days) => {
    const rows = new Map<string, StudyRow>()
    for (const match of matchesOf(text, modality)) {
      const query = {
        level: 'study',
        match: { ...match, ...datesOf(within) },
        include: keywords,
        limit: most + 1,
      } as const
      for await (const json of store.search(query, { signal })) {
        const row = studyOf(json)
        rows.set(row.uid, row)
      }
    }
    return [...rows.values()]
  }
  const all = await search(days)
  if (all.length <= most) return { rows: all, more: false, newest: true }
  const newest = await newestStudies(search, days, most, dayOf(Date.now()))
  // Those without a date are in no range of days.
  const known = new Set(newest.rows.map(({ uid }) => uid))
  const others = all.filter(({ uid }) => !known.has(uid)).slice(0, most - newest.rows.length)
  return { rows: [...newest.rows, ...others], more: true, newest: newest.sure }
}

function datesOf({ since, until }: Days): Readonly<Record<string, string>> {
  return since === '' && until === '' ? {} : { StudyDate: `${since}-${until}` }
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
  return {
    uid: text('0020000D'),
    patient: patientName(json),
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
  return new Store(sized(dicomweb(options), sizesBy(options)), { url: options.root })
}

/** A driver that lists with sizes what it lists without. */
function sized(driver: StoreDriver, sizeOf: SizeOf): StoreDriver {
  return withCalls(driver, {
    async *list(selection, call) {
      let some: Entry[] = []
      const all = async () =>
        await Promise.all(some.map(async (entry) => ({ ...entry, ...(await sizeOf(entry.path, call)) })))
      for await (const entry of driver.list(selection, call)) {
        some.push(entry)
        if (some.length < atOnce) continue
        yield* await all()
        some = []
      }
      yield* await all()
    },
  })
}

type SizeOf = (path: string, call: Call) => Promise<Pick<Entry, 'size'>>

/** Where a server does not tell a size, there is none. */
function sizesBy({ root, tokens, fetch }: DicomwebOptions): SizeOf {
  const sender = new Sender({
    transport: fetchTransport({ fetch, service: 'The DICOMweb service' }),
    ...(tokens !== undefined && { credentials: { tokens } }),
    now: Date.now,
  })
  return async (path, call) => {
    const asked = { method: 'HEAD', url: `${root}/${path}`, headers: { accept: 'application/dicom' } } as const
    const answer = await sender.send(asked, call).catch(() => undefined)
    await answer?.body.return?.()
    const length = Number(answer?.header('content-length') ?? 0)
    return length > 0 ? { size: length } : {}
  }
}
