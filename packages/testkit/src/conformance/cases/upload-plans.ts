import assert from 'node:assert/strict'

import { cutUpload, isGantryError, planParts } from '@gantry/core'
import type { StoredPart } from '@gantry/core/driver'

import type { Bench } from '../bench.ts'
import { syntheticBody } from '../bodies.ts'
import { group } from '../conformance-case.ts'
import { uploadsOf } from '../upload-plan.ts'

const gibibyte = 2 ** 30
const sizes = [0, 1, 5 * gibibyte, 5 * gibibyte + 1, 50 * gibibyte, 5 * 1024 * gibibyte]

/** No bytes move: whatever is planned must lie within what the store declares. */
async function withinLimits(bench: Bench): Promise<void> {
  const { ability } = uploadsOf(bench.store)
  for (const size of sizes) {
    for (const wanted of [undefined, 1, 8 * 1024 * 1024, 100 * gibibyte]) {
      try {
        const { partSize, count } = planParts(size, ability, wanted)
        assert.ok(partSize >= ability.minPartSize && partSize <= ability.maxPartSize, `parts of ${partSize}`)
        assert.ok(count >= 1 && count <= ability.maxParts, `${count} parts`)
        assert.ok(count * partSize >= size && (count - 1) * partSize < Math.max(size, 1), 'they cover it exactly')
      } catch (error) {
        if (!isGantryError(error) || error.code !== 'invalid') throw error
        assert.ok(size > ability.maxParts * ability.maxPartSize, `${size} bytes would fit, and are refused`)
      }
    }
  }
}

async function movesIt(bench: Bench): Promise<void> {
  const uploads = uploadsOf(bench.store)
  const size = 5 * gibibyte + 1
  const entry = { path: 'large', size }
  const upload = await uploads.begin(entry)
  const put: StoredPart[] = []
  for (const part of cutUpload(size, uploads.ability, 64 * 1024 * 1024)) {
    put.push(await uploads.putPart(upload, part, syntheticBody(part.size)))
  }
  assert.equal((await uploads.complete(upload, entry, put)).size, size)
  assert.equal((await bench.store.stat('large')).size, size)
  assert.equal((await bench.get('large', { start: size - 1000 })).length, 1000)
}

export const uploadPlanCases = group('uploads in parts', ({ resumable }) => resumable !== undefined, [
  ['allows parts for entries of 5 GiB, 50 GiB and 5 TiB within its limits', withinLimits],
  ['takes an entry of more than 5 GiB', movesIt, { gate: 'GANTRY_TEST_LARGE' }],
])
