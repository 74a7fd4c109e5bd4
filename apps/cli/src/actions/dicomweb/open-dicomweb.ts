import { createHash } from 'node:crypto'
import { dirname, resolve } from 'node:path'

import { GantryError, isGantryError, type Store } from '@gantry/core'
import { createDicomwebServer, type DicomwebServer, type DicomwebServerOptions } from '@gantry/serve'
import { openIndexDatabase } from '@gantry/serve/node'

import type { Context } from '../../context.ts'
import { openPlacesUntold } from '../../places/open-places.ts'
import { parseGiven } from '../../places/store-options.ts'
import { printable } from '../../render/text.ts'
import { makeStateFolder, statePath } from '../../state-folder.ts'
import { UsageError } from '../../usage-error.ts'

export interface OpenedDicomweb {
  readonly server: DicomwebServer
  readonly store: Store
  readonly index: string
  close(): Promise<void>
}

/** A place as a DICOMweb server, with an index in a file of its own. */
export async function openDicomweb(
  context: Context,
  place: string,
  given: { readonly option?: readonly string[]; readonly index?: string },
  options: Omit<DicomwebServerOptions, 'store' | 'index'>,
): Promise<OpenedDicomweb> {
  const { io } = context
  const places = await openPlacesUntold(context)
  const how = parseGiven(given.option ?? [])
  // What nothing can be stored into has to be there: a name that is mistyped would look like an empty archive.
  const opened = options.stow === undefined ? await places.openExisting(place, how) : await places.open(place, how)
  const { store, address, server: where } = opened
  try {
    if (opened.entry !== undefined) throw new UsageError('That is one file: name the folder that holds the images.')
    // The same place, the same index: what was looked at before is not looked at again.
    const name = createHash('sha256').update(`${address}\n${where}`).digest('hex').slice(0, 32)
    const index =
      given.index === undefined ? statePath(io.env, 'dicomweb', `${name}.sqlite`) : resolve(io.cwd, given.index)
    if (given.index === undefined) makeStateFolder(dirname(index))
    const server = createDicomwebServer({ ...options, store, index: openIndex(index) })
    return {
      server,
      store,
      index,
      async close() {
        await server.close()
        await store.close()
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

function openIndex(file: string): ReturnType<typeof openIndexDatabase> {
  try {
    return openIndexDatabase(file)
  } catch (cause) {
    if (!isGantryError(cause) || cause.code !== 'read_only') throw cause
    const message = `The index cannot be kept in ${printable(dirname(file))}, or another process uses it: choose another with --index FILE.`
    throw new GantryError('read_only', message, { cause })
  }
}
