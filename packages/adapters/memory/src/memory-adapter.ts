import { type Adapter, defineAdapter } from '@gantry/core/driver'
import * as z from 'zod'

import { MemoryContents } from './contents.ts'
import { memory } from './memory.ts'

const named = new Map<string, MemoryContents>()

/** `memory:` is an empty store; `memory://name` is the same one for all who name it, within the process. */
export const memoryAdapter: Adapter = defineAdapter({
  scheme: 'memory',
  summary: 'A store in memory, gone with the process.',
  options: z.strictObject({}),
  open(url) {
    const name = url.replace(/^memory:(?:\/\/)?/u, '')
    if (name === '') return memory()
    const contents = named.get(name) ?? new MemoryContents()
    named.set(name, contents)
    return memory({ contents })
  },
})
