// Writes the pages of the docs, and the schema in the package, that are generated from core: pnpm --filter @gantry/core run docs
import { writeFileSync } from 'node:fs'

import { transferStates } from './transfer-states.ts'
import { workspaceJsonSchema } from './workspace-json-schema.ts'

const docs = new URL('../../../docs/', import.meta.url)
writeFileSync(new URL('transfer-states.md', docs), transferStates())
writeFileSync(new URL('../workspace.schema.json', import.meta.url), workspaceJsonSchema())
