import { join } from 'node:path'

import { readArguments } from '@gantry-tooling/arguments'

import { writeSboms } from './write-sboms.ts'

// npm run sbom [-- --out folder]: what each published package is made of, as CycloneDX.
const { values } = await readArguments(
  { options: { out: { type: 'string', default: 'sbom' }, help: { type: 'boolean' } } },
  'Usage: npm run sbom -- [--out FOLDER]',
)
const sboms = await writeSboms(join(import.meta.dirname, '../..'), values.out, AbortSignal.timeout(300_000))
for (const { name, components } of sboms) console.log(`${name}: made of ${components} others`)
console.log(`${sboms.length} files of CycloneDX are in ${values.out}`)
