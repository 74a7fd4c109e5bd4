import { Store } from '@gantry/core'
import { type Category, igt } from '@gantry/igt'
import { nodeHashing } from '@gantry/transfer'

import type { Context } from '../../context.ts'
import type { ExitCode } from '../../exit-code.ts'
import { igtPlace } from '../../places/igt-place.ts'
import { openPlaces } from '../../places/open-places.ts'
import { manifestView } from './manifest-view.ts'
import { type Arguments, type CloudFlags, nameAll } from './named.ts'
import { openCloud } from './open-cloud.ts'
import { type FilterFlags, findNamed, keepsDate, keepsType } from './selected.ts'
import { listOf, runTransfer, storageOf, type TransferFlags } from './transfer.ts'

export interface DownloadFlags extends CloudFlags, FilterFlags, TransferFlags {
  readonly category?: readonly Category[]
  readonly includeModifiedDate?: boolean
  readonly projectFiles?: boolean
}

/** `gantry igt download`. */
export async function download(context: Context, given: Arguments, flags: DownloadFlags): Promise<ExitCode> {
  const { io, options } = context
  const named = await nameAll(context, given, flags)
  const structure = flags.folderStructure ?? named.profile.structure ?? 'flat'
  const list = await listOf(context, flags)
  const to = await (await openPlaces(context)).open(named.folder)
  const { cloud } = await openCloud(context, named, flags)
  try {
    const { project, institutes } = await findNamed(cloud, named)
    const categories = flags.category ?? ['files']
    const onlyProject = flags.projectFiles === true
    let incomplete = 0
    const driver = igt({
      cloud,
      project,
      institutes,
      openData: storageOf(context, named.profile),
      structure,
      categories: [...categories],
      documents: true,
      projectFiles: onlyProject,
      studies: !onlyProject,
      ...(!onlyProject && { keepStudy: keepsDate(flags) }),
      keepFile: keepsType(flags),
      onIncomplete: () => (incomplete += 1),
    })
    const { ext, start, end } = flags
    const words = { onlyProject, categories, ext, start, end, structure, list: list?.digest }
    const address = igtPlace(cloud.domain, named, words)
    const cloudStore = new Store(driver, { url: address })
    const from = list === undefined ? cloudStore : new Store(manifestView(cloudStore, list.files), { url: address })
    // What is there already is compared by its bytes. Loaded only where there is a manifest.
    const into =
      list === undefined ? to.store : (await import('@gantry/catalogue')).comparedByBytes(to.store, nodeHashing)
    const exit = await runTransfer(context, {
      from: { store: from, address, server: '', entry: undefined },
      to: { ...to, store: into },
      local: { store: to.store, isSource: false },
      heading: { from: named.project, to: named.folder },
      flags,
    })
    if (incomplete > 0 && !options.quiet && !options.json) {
      io.stderr.write(`${incomplete} files have not come to the cloud as a whole yet, and were left out.\n`)
    }
    return exit
  } finally {
    await cloud.logout().catch(() => {})
    cloud.close()
  }
}
