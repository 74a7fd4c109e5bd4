import * as fc from 'fast-check'

import { arbitraryName, loose, uid } from './arbitrary-fields.ts'

const path = fc.constantFrom('a', 'a/b.dcm', 'VUf2pHvGZ0m6bMJw1oJq8A', 'é/心.nii.gz')
const hexadecimal = (length: number) =>
  fc.array(fc.nat(15), { minLength: length, maxLength: length }).map((all) => all.map((n) => n.toString(16)).join(''))

const image = loose(
  { studyInstanceUID: uid, seriesInstanceUID: uid, sopInstanceUID: uid, sopClassUID: uid, transferSyntaxUID: uid },
  { numberOfFrames: fc.integer({ min: 1, max: 1000 }) },
)

const entry = loose(
  { path, size: fc.maxSafeNat(), digests: loose({ sha256: hexadecimal(64) }) },
  {
    name: path,
    type: arbitraryName,
    nonce: fc.constantFrom('AAECAwQFBgcICQoLDA0ODw', 'AAECAwQFBgcICQoLDA0ODw=='),
    image,
  },
)

const encryption = loose({
  format: fc.constant('age-encryption.org/v1'),
  identity: fc.constant(`AGE-SECRET-KEY-1${'Q'.repeat(58)}`),
})

export const source = fc.oneof(
  loose(
    {
      kind: fc.constant('entries'),
      store: fc.constantFrom('s3://bucket/prefix', 'https://hub.example/v1/objects', 'memory:a', 'file:///data?sync=1'),
      entries: fc.array(entry, { maxLength: 3 }),
    },
    { encryption },
  ),
  loose({ kind: fc.constant('dicomweb'), root: fc.constant('https://pacs.example:8443/rs'), study: uid, series: uid }),
)
