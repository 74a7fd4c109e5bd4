import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { writeSboms } from './write-sboms.ts'

// npm run sbom [-- --out folder]: what each published package is made of, as CycloneDX.
const { values } = parseArgs({ options: { out: { type: 'string', default: 'sbom' } } })
const sboms = await writeSboms(join(import.meta.dirname, '../..'), values.out, AbortSignal.timeout(300_000))
for (const { name, components } of sboms) console.log(`${name}: made of ${components} others`)
console.log(`${sboms.length} files of CycloneDX are in ${values.out}`)
