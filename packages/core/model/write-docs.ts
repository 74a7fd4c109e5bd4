// Writes the pages of the docs that are generated from core: pnpm --filter @gantry/core run docs
import { writeFileSync } from 'node:fs'

import { transferStates } from './transfer-states.ts'

writeFileSync(new URL('../../../docs/transfer-states.md', import.meta.url), transferStates())
