import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'

import type { Backend } from '../backend.ts'

/** Another folder of this machine: there is no network that could fail. */
export const fsBackend: Backend = {
  name: 'fs',
  adapters: ['fs'],
  local: true,
  start: async (_, folder) =>
    await Promise.resolve({
      server: 'a folder',
      place(name) {
        const root = join(folder, 'places', name)
        return {
          url: pathToFileURL(root).href,
          open: async () => await Promise.resolve(new Store(fs({ root }))),
        }
      },
      close: async () => {},
    }),
}
