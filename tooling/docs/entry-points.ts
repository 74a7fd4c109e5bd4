import { join } from 'node:path'

import { publishedPackages } from '@gantry-tooling/checks/packages'
import { readWorkspace } from '@gantry-tooling/checks/workspace'

/** What a package lets its users import: by `@gantry/core/driver` they mean what `packages/core/src/driver.ts` exports. */
export interface EntryPoint {
  /** As it is imported. */
  readonly name: string
  readonly packageFolder: string
  readonly source: string
  /** What is published of it: it must have been built. */
  readonly declarations: string
}

export function entryPoints(root: string): EntryPoint[] {
  return publishedPackages(readWorkspace(root)).flatMap(({ name, folder, manifest }) =>
    Object.entries(manifest['exports'] as Record<string, Record<string, string> | string>).flatMap(
      // Data, such as a schema, has no declarations.
      ([subpath, conditions]) =>
        typeof conditions === 'string'
          ? []
          : [
              {
                name: join(name, subpath),
                packageFolder: join(root, folder),
                source: join(root, folder, conditions['@gantry/source'] ?? ''),
                declarations: join(root, folder, conditions['types'] ?? ''),
              },
            ],
    ),
  )
}
