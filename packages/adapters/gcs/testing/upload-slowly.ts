import { writeFileSync } from 'node:fs'

import { bytesOf, Store } from '@gantry/core'

import { gcs } from '../src/index.ts'

// Puts part after part of one upload, and records each as a journal would, until it is killed.
const [, , endpoint = '', record = '', size = '0'] = process.argv
const { uploads } = new Store(gcs({ bucket: 'gantry', endpoint, token: 'good', environment: {} }))
if (uploads === undefined) throw new Error('No uploads.')
const partSize = Number(size)
const upload = await uploads.begin({ path: 'large', ifAbsent: true })
const parts: unknown[] = []
for (let number = 1; ; number += 1) {
  const part = { number, offset: (number - 1) * partSize, size: partSize }
  parts.push(await uploads.putPart(upload, part, bytesOf(Buffer.alloc(partSize, String(number)))))
  writeFileSync(record, JSON.stringify({ upload, parts }))
  // The last thing that this process does of an upload is never done.
  await new Promise((resolve) => setTimeout(resolve, 100))
}
