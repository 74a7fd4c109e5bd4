import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

import { UsageError } from '../usage-error.ts'
import { builtinOverAdapters } from './builtin-adapters.ts'

/**
 * Refuses a path that begins as a storage that lies in another one does, `car+./archive`: whoever means that shall not get a
 * folder of that name, with all in it as it is.
 */
export function refuseOverWhat(path: string, folder: string, home: string | undefined): void {
  const [, outer = '', inner = ''] = /^((?:[a-z][a-z0-9.-]*\+)+)(.*)$/isu.exec(path) ?? []
  if (!Object.hasOwn(builtinOverAdapters, outer.slice(0, outer.indexOf('+')).toLowerCase())) return
  const at = home === undefined ? inner : inner.replace(/^~(?=\/|$)/u, home)
  const { href } = pathToFileURL(resolve(folder, at))
  throw new UsageError(`Did you mean ${outer.toLowerCase()}${href}? A folder of that name is written ./${path}`)
}
