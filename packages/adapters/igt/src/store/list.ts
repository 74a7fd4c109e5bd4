import { type Call, type Entry, isAtOrBelow, type Selection, throwIfCancelled } from '@gantry/core/driver'
import { orderedMap } from '@gantry/core/side-by-side'

import type { IgtFile, IgtInstitute } from '../api/schemas.ts'
import type { IgtStudy } from '../api/study-schemas.ts'
import { categories, type Settings } from '../options.ts'
import { foldersOf, isLoose, segmentOf } from '../study/folder.ts'
import { documentName, formatDocument } from '../study/study-document.ts'
import type { Directory } from './directory.ts'
import { isCategorised } from './locate.ts'

/** Of files of the project and studies of an institute: asked for at a time. */
const partsAhead = 2
/** Studies whose files are asked for at a time. */
const studiesAhead = 32

export interface Listing {
  readonly directory: Directory
  readonly settings: Settings
}

/** Project files, and then institute by institute the files of its studies. */
export async function* list(listing: Listing, selection: Selection, call: Call): AsyncGenerator<Entry> {
  const { root = '' } = listing.settings
  const wanted = [root, selection.prefix ?? ''].filter((part) => part !== '').join('/')
  for await (const entry of listAll(listing, wanted, call)) {
    if (!isAtOrBelow(entry.path, wanted)) continue
    if (root === '') yield entry
    else if (entry.path.startsWith(`${root}/`)) yield { ...entry, path: entry.path.slice(root.length + 1) }
  }
}

async function* listAll({ directory, settings }: Listing, wanted: string, call: Call): AsyncGenerator<Entry> {
  const { cloud, project, projectFiles, studies } = settings
  const parts: (() => Promise<Iterable<Entry> | AsyncIterable<Entry>>)[] = []
  if (projectFiles && project !== undefined && touches('files', wanted)) {
    const { id } = await directory.project(call)
    parts.push(async () => entriesOf('files', await cloud.projectFiles(id, call), settings))
  }
  const institutes = studies ? await directory.institutes(call) : []
  for (const institute of institutes.filter(({ name }) => touches(segmentOf(name), wanted))) {
    parts.push(async () => {
      return listInstitute(settings, institute, await directory.bookOf(institute).list(call), wanted, call)
    })
  }
  for await (const entries of orderedMap(parts, partsAhead, async (part) => await part())) {
    throwIfCancelled(call)
    yield* entries
  }
}

async function* listInstitute(
  settings: Settings,
  institute: IgtInstitute,
  studies: readonly IgtStudy[],
  wanted: string,
  call: Call,
): AsyncGenerator<Entry> {
  const { structure, keepStudy = () => true } = settings
  const all = foldersOf(studies, structure)
  const kept = [...all].filter(([folder, study]) => {
    return keepStudy(study) && touches(join(segmentOf(institute.name), folder), wanted)
  })
  const ask = async ([folder, study]: [string, IgtStudy]) => await listStudy(settings, institute, folder, study, call)
  for await (const entries of orderedMap(kept, studiesAhead, ask)) yield* entries
}

/** Files of one study, under the name of its folder. */
export async function listStudy(
  settings: Settings,
  institute: IgtInstitute,
  folder: string,
  study: IgtStudy,
  call: Call,
): Promise<Entry[]> {
  const { cloud, documents, structure } = settings
  const at = join(segmentOf(institute.name), folder)
  const isPlain = isLoose(folder, structure) || !isCategorised(at, settings)
  const wanted = isPlain
    ? settings.categories.slice(0, 1)
    : categories.filter((one) => settings.categories.includes(one))
  const auxiliary = wanted.some((category) => category !== 'files')
  const found = await cloud.studyFiles(institute.id, study.studyDatabaseId, auxiliary, call)
  const documentPath = `${at}/${documentName}`
  const entries = wanted
    .flatMap((category) => [...entriesOf(isPlain ? at : `${at}/${category}`, found[category] ?? [], settings)])
    .filter(({ path }) => {
      // igtcloud sends it as data when a folder is uploaded again that it has downloaded: there the study itself is meant.
      const stray = path === documentPath && !isLoose(folder, structure)
      if (stray) call.onTrouble?.({ study: at, kind: 'document-as-data' })
      return !stray
    })
  if (documents && !isLoose(folder, structure)) entries.unshift(documentEntry(documentPath, study))
  return entries
}

export function documentEntry(path: string, study: IgtStudy): Entry {
  const size = formatDocument(study).length
  return { path, size, version: `${study.lastUpdatedOn ?? ''}-${size}`, contentType: 'application/json' }
}

/** Names are the server's: what is no path is refused by whoever lists. */
function* entriesOf(folder: string, files: readonly IgtFile[], settings: Settings): Generator<Entry> {
  const { keepFile = () => true, onIncomplete } = settings
  for (const file of files) {
    const path = `${folder}/${file.fileName}`
    if (!keepFile(file)) continue
    if (file.isCompleted === false) onIncomplete?.(path)
    else yield { path, size: file.fileSize }
  }
}

function join(institute: string, folder: string): string {
  return folder === '' ? institute : `${institute}/${folder}`
}

/** Whether something at or below one of the two can be at or below the other. */
function touches(path: string, wanted: string): boolean {
  if (wanted === '' || path === wanted) return true
  return wanted.startsWith(`${path}/`) || path.startsWith(`${wanted}/`)
}
