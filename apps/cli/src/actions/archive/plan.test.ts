import { expect, test } from 'vitest'

import { spawnGantry } from '../../../testing/bin.ts'
import { Workbench } from '../../../testing/workbench.ts'
import { widthOf } from '../../render/text.ts'

test('shows what each class of each remote costs, as a table, as bars and as JSON', { timeout: 120_000 }, async () => {
  await using bench = await Workbench.make()
  await bench.fill('study', 20, 5000)
  const remotes = { aws: 's3://bucket/x', disk: './disk', minio: { url: 's3://b', options: { endpoint: 'http://x' } } }
  await bench.write('gantry.config.json', JSON.stringify({ remotes }))
  const shown = await bench.gantry(['plan', 'study', '--retain', '7y'])
  expect(shown.code).toBe(0)
  expect(shown.stdout).toMatch(/^20 objects, 100 kB, kept for 7 years/u)
  expect(shown.stdout).toMatch(/aws +DEEP_ARCHIVE +\d/u)
  expect(shown.stdout).toMatch(/disk .*USD/u)
  expect(shown.stdout).toMatch(/aws STANDARD +[#-]+ /u)
  expect(shown.stdout).toContain('No price is known of minio')
  for (const terminal of [40, 60, 80]) {
    const narrow = await bench.gantry(['plan', 'study', '--retain', '7y', '--all'], {
      terminal,
      env: { NO_COLOR: '1' },
    })
    const drawn = narrow.stdout.split('\n').filter((line) => !/price|remote/iu.test(line))
    expect(drawn.filter((line) => widthOf(line) > terminal)).toEqual([])
    expect(narrow.stdout).toMatch(/ total \S+ USD/u)
  }
  const { json } = await bench.gantry(['plan', 'study', '--json', '--all'])
  expect(json.at(-1)).toMatchObject({ type: 'result', objects: 20, bytes: 100_000, requests: 20 })
  expect(json.filter(({ type }) => type === 'choice')).toHaveLength(13)
  expect(json[0]).toMatchObject({ date: expect.stringMatching(/^20/u), source: expect.any(String) })
  expect(await bench.files('disk')).toEqual([])

  const printed = await spawnGantry(['plan', '--print-prices'], { cwd: bench.folder, env: bench.env })
  const table = JSON.parse(printed.stdout) as { lines: { perGiBMonth: number }[] }
  const [line] = table.lines
  await bench.write(
    'prices.json',
    JSON.stringify({ version: 1, lines: [{ ...line, remote: 'minio', perGiBMonth: 1000 }] }),
  )
  const own = await bench.gantry(['plan', 'study', '--prices', 'prices.json', '--json'])
  expect(own.json.filter(({ type }) => type === 'choice')).toMatchObject([{ remote: 'minio' }])
  await bench.write('prices.json', '{}')
  expect(await bench.gantry(['plan', 'study', '--prices', 'prices.json'])).toMatchObject({ code: 2 })
  expect(await bench.gantry(['plan'])).toMatchObject({ code: 2 })
})

test('counts shards where a remote packs, and prices the network that keeps them', { timeout: 120_000 }, async () => {
  await using bench = await Workbench.make()
  await bench.fill('study', 20, 5000)
  const remotes = {
    cars: { url: 'car+s3://bucket/x', options: { shardSize: 65_536 } },
    cod: 'cod+s3://bucket/y',
    web3: 'w3up+file:///home/archive',
  }
  await bench.write('gantry.config.json', JSON.stringify({ remotes }))
  const { json } = await bench.gantry(['plan', 'study', '--json'])
  const requests = new Map(json.map(({ remote, requests: count }) => [remote, count]))
  expect(requests.get('cars')).toBe(2 + 3)
  expect(requests.get('cod')).toBe(3)
  expect(json.filter(({ remote }) => remote === 'web3')).toMatchObject([{ line: 'filecoin/warm', requests: 1 + 3 }])
  expect(json.at(-1)).toMatchObject({ objects: 20, requests: 20 })
})
