import { type Entry, Store } from '@gantry/core'
import { type Category, documentName, igt, segmentOf, type StudyPlace } from '@gantry/igt'

import type { Context } from '../../context.ts'
import type { ExitCode } from '../../exit-code.ts'
import { igtPlace } from '../../places/igt-place.ts'
import { openPlaces } from '../../places/open-places.ts'
import { UsageError } from '../../usage-error.ts'
import { annotationLayout, checkAnnotation } from './annotations.ts'
import { readTree, sendable } from './local-tree.ts'
import { manifestView } from './manifest-view.ts'
import { type Arguments, type CloudFlags, nameAll } from './named.ts'
import { openCloud } from './open-cloud.ts'
import { findNamed } from './selected.ts'
import { signOff } from './sign-off.ts'
import { listOf, runTransfer, storageOf, type TransferFlags } from './transfer.ts'

export interface UploadFlags extends CloudFlags, TransferFlags {
  readonly submit?: boolean
  readonly category?: 'annotations'
}

/** `gantry igt upload`. */
export async function upload(context: Context, given: Arguments, flags: UploadFlags): Promise<ExitCode> {
  const { io, options, signal } = context
  const named = await nameAll(context, given, flags)
  const structure = flags.folderStructure ?? named.profile.structure ?? 'flat'
  const list = await listOf(context, flags)
  const local = await (await openPlaces(context)).openExisting(named.folder)
  if (local.entry !== undefined) throw new UsageError('What is uploaded is a folder.')
  const opened = await openCloud(context, named, flags)
  const { cloud } = opened
  try {
    const [{ project, institutes }, tree] = await Promise.all([
      findNamed(cloud, named),
      readTree(local.store, structure, signal),
    ])
    const sent = new Map<string, StudyPlace>()
    const wanted = new Set(['files', ...institutes.map(({ name }) => segmentOf(name))])
    const isAnnotations = flags.category === 'annotations'
    const categories: Category[] = isAnnotations ? ['annotations'] : ['files', 'dicom', 'annotations']
    const driver = igt({
      cloud,
      project,
      institutes,
      openData: storageOf(context, named.profile),
      structure,
      categories,
      projectFiles: !isAnnotations,
      isCategorised: (folder) => !isAnnotations && tree.categorised.has(folder),
      studyDocuments: tree.documents,
      onStudy: ({ id, name }, { studyDatabaseId }, folder) => {
        const path = folder === '' ? segmentOf(name) : `${segmentOf(name)}/${folder}`
        sent.set(path, { institute: id, study: studyDatabaseId })
      },
    })
    let passedOver = 0
    const depth = structure === 'flat' ? 3 : 4
    // What says which study it is, is no file of it.
    const isDocument = (path: string) => {
      const segments = path.split('/')
      return segments.length === depth && segments.at(-1) === documentName && segments[0] !== 'files'
    }
    const keep = ({ path }: Entry) => {
      const segments = path.split('/')
      const [top = ''] = segments
      if (segments.length === 1 || (top === 'files' && isAnnotations)) {
        passedOver += 1
        return false
      }
      if (isDocument(path)) return false
      // A folder that is called like no institute is sent too, to be told as failed; unless one institute was named.
      return wanted.has(top) || named.institute === '*'
    }
    const address = igtPlace(cloud.domain, named, { structure, category: flags.category, list: list?.digest })
    const driverOfKept = isAnnotations ? sendable(local.store, keep, checkAnnotation) : sendable(local.store, keep)
    const kept = new Store(driverOfKept, { url: local.store.url })
    const files = new Map([...(list?.files ?? [])].filter(([path]) => !isDocument(path)))
    const store = list === undefined ? kept : new Store(manifestView(kept, files), { url: kept.url })
    const to = new Store(driver, { url: address })
    const find = async (path: string) => void (await to.find(path, { signal }))
    const signing = { context, opened, structure, sent, find }
    const exit = await runTransfer(context, {
      from: { ...local, store },
      local: { store: local.store, isSource: true },
      to: { store: to, address, server: '', entry: undefined },
      heading: { from: named.folder, to: named.project },
      flags,
      ...(isAnnotations && { layout: annotationLayout(structure) }),
      ...(flags.submit === true && { settle: async (journal, result) => await signOff(signing, journal, result) }),
    })
    if (passedOver > 0 && !options.quiet && !options.json) {
      io.stderr.write('Files that lie beside the folders of institutes were passed over.\n')
    }
    return exit
  } finally {
    await cloud.logout().catch(() => {})
    cloud.close()
  }
}
