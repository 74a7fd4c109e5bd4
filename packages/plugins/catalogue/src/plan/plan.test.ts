import { expect, test } from 'vitest'

import { defaultPrices } from './default-prices.ts'
import { Amounts, estimate, linesFor } from './estimate.ts'
import { Gathered, packingOf } from './packing.ts'
import { parsePriceTable, type PriceLine } from './price-line.ts'

const gibibyte = 2 ** 30
const month = 365.25 / 12

function lineOf(id: string): PriceLine {
  const line = defaultPrices.lines.find((one) => one.id === id)
  if (line === undefined) throw new Error(`no line ${id}`)
  return line
}

function amountsOf(...sizes: number[]): Amounts {
  const amounts = new Amounts(defaultPrices.lines)
  for (const size of sizes) amounts.add(size)
  return amounts
}

test('keeping a hundred GiB for a year costs what the price page says', () => {
  const amounts = amountsOf(...Array.from({ length: 100 }, () => gibibyte))
  const year = estimate(lineOf('s3/STANDARD'), amounts, 365.25)
  expect(year.keep).toBeCloseTo(100 * 0.023 * 12, 6)
  // 64 parts, begin and end of each.
  expect(year.requests).toBe(6600)
  expect(year.write).toBeCloseTo(6.6 * 0.005, 6)
  expect(year.restore).toBeCloseTo(0.1 * 0.0004 + 100 * 0.09, 6)
})

test('small objects, overheads, minimum times and copies are paid for', () => {
  const small = amountsOf(...Array.from({ length: 1024 }, () => 1024))
  const cold = estimate(lineOf('s3/STANDARD_IA'), small, month)
  expect(cold.billedBytes).toBe(128 * 1024 * 1024)
  expect(cold.keep).toBeCloseTo(0.125 * 0.0125, 9)
  const deep = estimate(lineOf('s3/DEEP_ARCHIVE'), small, 30)
  expect(deep.billedBytes).toBe(1024 * (1024 + 32_768))
  expect(deep.early / deep.keep).toBeCloseTo(150 / 180, 9)
  const elsewhere = ((1024 * 8192) / gibibyte) * 0.023
  expect(deep.keep).toBeCloseTo(((deep.billedBytes / gibibyte) * 0.00099 + elsewhere) * (180 / month), 9)
  const filecoin = estimate(lineOf('filecoin/warm'), amountsOf(1024 * gibibyte), month)
  expect(filecoin.keep).toBeCloseTo(5.06, 6)
})

test('a remote has the lines that name it, else those of its scheme, and none where the service is another', () => {
  const own = { ...lineOf('s3/STANDARD'), id: 'ours', remote: 'shelf' }
  const lines = [...defaultPrices.lines, own]
  const idsOf = (name: string, url: string, endpoint = false) =>
    linesFor(lines, { name, url, endpoint }).map(({ id }) => id)
  expect(idsOf('shelf', 's3://x', true)).toEqual(['ours'])
  expect(idsOf('aws', 's3://x')).toHaveLength(7)
  expect(idsOf('cod', 'cod+s3://x')).toHaveLength(7)
  expect(idsOf('cars', 'car+s3://x')).toHaveLength(7)
  expect(idsOf('cars', 'w3up+file:///home/archive')).toEqual(['filecoin/warm'])
  expect(idsOf('node', 'ipfs+file:///home/archive')).toEqual([])
  expect(idsOf('minio', 's3://x', true)).toEqual([])
  expect(idsOf('disk', '/mnt/disk')).toEqual(['local/disks'])
})

test('a table that was edited is checked, and says where it is wrong', () => {
  expect(parsePriceTable(JSON.stringify(defaultPrices))).toEqual(defaultPrices)
  const wrong = { ...defaultPrices, lines: [{ ...lineOf('s3/STANDARD'), perGiBMonth: -1 }] }
  expect(() => parsePriceTable(JSON.stringify(wrong))).toThrow(/lines\.0\.perGiBMonth/u)
  expect(() => parsePriceTable('{')).toThrow(/no JSON/u)
  for (const { date, source } of defaultPrices.lines) expect([date, source].every((said) => said.length > 5)).toBe(true)
})

test('what is packed is counted as it lies: shards and records of a study, a tar, its metadata and index of a series', () => {
  const gathered = new Gathered()
  for (let index = 0; index < 1000; index += 1) gathered.add({ path: `study/${index % 2}/${index}.dcm` }, 500_000)
  const { lines } = defaultPrices
  const shards = gathered.amounts(lines, 'shards', 133_169_152)
  // Four shards, an index, a record and a key.
  expect(shards.objects).toBe(7)
  expect(shards.bytes).toBe(500_000_000 + 3 * 4096)
  const tars = gathered.amounts(lines, 'tars', 1)
  expect(tars.objects).toBe(6)
  expect(tars.billed(0)).toBe(1000 * (500_000 + 1024 + 2048 + 128))
  expect(
    ['car+s3://x', 'w3up+file:///x', 'cod+gs://x', 's3://x', 'dicomweb+http://x', './disk'].map(packingOf),
  ).toEqual(['shards', 'shards', 'tars', 'entries', 'entries', 'entries'])
})
