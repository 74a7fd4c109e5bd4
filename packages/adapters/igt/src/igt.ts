import { checkGiven, parseOptions, type StoreDriver } from '@gantry/core/driver'

import { openDriver } from './driver.ts'
import { type IgtOptions, igtOptionsSchema } from './options.ts'

/** A project of an IGT cloud as a store: `files/...`, and `<institute>/<patient>---<study>/...`. */
export function igt(options: IgtOptions): StoreDriver {
  checkGiven(options, 'an igt store', { cloud: 'object', openData: 'function', root: 'string?' })
  const { structure, categories, documents, projectFiles, studies, ...rest } = options
  const checked = { structure, categories, documents, projectFiles, studies }
  return openDriver({
    ...rest,
    root: (options.root ?? '').replace(/^\/+|\/+$/gu, ''),
    ...parseOptions(igtOptionsSchema, checked, 'an igt store'),
  })
}
