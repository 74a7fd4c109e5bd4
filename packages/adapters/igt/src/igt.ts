import { GantryError, type StoreDriver } from '@gantry/core/driver'

import { openDriver } from './driver.ts'
import { type IgtOptions, igtOptionsSchema } from './options.ts'

/** A project of an IGT cloud as a store: `files/...`, and `<institute>/<patient>---<study>/...`. */
export function igt(options: IgtOptions): StoreDriver {
  const { structure, categories, documents, projectFiles, studies, ...rest } = options
  const parsed = igtOptionsSchema.safeParse({ structure, categories, documents, projectFiles, studies })
  if (!parsed.success) {
    const where = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'options'}: ${issue.message}`)
    throw new GantryError('invalid', `The options of an igt store are wrong: ${where.join('; ')}.`)
  }
  return openDriver({ ...rest, root: (options.root ?? '').replace(/^\/+|\/+$/gu, ''), ...parsed.data })
}
