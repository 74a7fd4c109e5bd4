// Lists a folder, and prints paths, and what is no entry with the code of why.
import { type Selection, Store } from '@gantry/core'

import { fs } from '../src/fs.ts'

const { root, selection } = JSON.parse(process.argv[2] ?? '') as { root: string; selection: Selection }
const listed: Record<string, string> = {}
const onRefused = (name: string, why: { readonly code: string }) => void (listed[name] = why.code)
for await (const { path } of new Store(fs({ root })).list(selection, { onRefused })) listed[path] = 'entry'
process.stdout.write(JSON.stringify(listed))
