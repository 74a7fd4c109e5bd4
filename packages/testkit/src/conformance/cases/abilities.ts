import assert from 'node:assert/strict'

import type { Bench } from '../bench.ts'
import { group } from '../conformance-case.ts'

async function plainData({ driver }: Bench): Promise<void> {
  const { abilities } = driver
  assert.deepEqual(JSON.parse(JSON.stringify(abilities)), abilities, 'abilities must survive JSON')
}

async function consistent({ driver }: Bench): Promise<void> {
  const { abilities } = driver
  assert.equal(driver.contract, 1)
  assert.match(driver.scheme, /^[a-z][a-z0-9+.-]*$/u)
  assert.ok(!abilities.write || driver.write !== undefined, 'write is declared and not there')
  assert.ok(!abilities.remove || driver.remove !== undefined, 'remove is declared and not there')
  assert.equal(abilities.resumable !== undefined, driver.resumable !== undefined, 'resumable')
  assert.equal(abilities.parcels !== undefined, driver.parcels !== undefined, 'parcels')
  assert.ok(abilities.parcels?.fetch === undefined || driver.parcels?.fetch !== undefined, 'fetching parcels')
  assert.ok(abilities.parcels?.store === undefined || driver.parcels?.store !== undefined, 'storing parcels')
  assert.equal(abilities.direct === true, driver.direct !== undefined, 'direct')
  assert.equal(abilities.query === true, driver.query !== undefined, 'query')
  assert.equal(abilities.sign !== undefined, driver.sign !== undefined, 'sign')
  assert.equal(abilities.tier !== undefined, driver.tier !== undefined, 'tier')
  assert.equal(abilities.retain === true, driver.retain !== undefined, 'retain')
}

async function limits({ abilities }: Bench): Promise<void> {
  const { longestPath, longestSegment, resumable, sign } = abilities
  for (const limit of [longestPath, longestSegment]) assert.ok(Number.isSafeInteger(limit) && limit > 0)
  assert.ok(longestSegment <= longestPath, 'a segment is part of a path')
  if (sign !== undefined) assert.ok(Number.isSafeInteger(sign.longest) && sign.longest > 0)
  if (resumable === undefined) return
  const { minPartSize, maxPartSize, maxParts } = resumable
  for (const limit of [minPartSize, maxPartSize, maxParts]) assert.ok(Number.isSafeInteger(limit) && limit > 0)
  assert.ok(minPartSize <= maxPartSize, 'the smallest part is not larger than the largest')
}

export const abilityCases = group('abilities', () => true, [
  ['declares its abilities as plain data', plainData],
  ['has what its abilities declare, and declares what it has', consistent],
  ['declares limits that make sense', limits],
])
