import { fileURLToPath } from 'node:url'

import { describe, expect, test } from 'vitest'

import { Workbench } from '../../testing/workbench.ts'

describe('remotes', () => {
  test('a third-party adapter is used by its scheme, and by a remote', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 2)
    const adapter = fileURLToPath(new URL('../../testing/third-party.ts', import.meta.url))
    const url = `demo://${bench.path('demo')}`
    const remotes = { here: './src', cloud: url }
    await bench.write('gantry.config.json', JSON.stringify({ adapters: [adapter], remotes }))
    expect(await bench.gantry(['copy', 'here:', 'cloud:'])).toMatchObject({ code: 0 })
    expect((await bench.gantry(['ls', url])).stdout).toContain('0001.dcm')
    expect((await bench.gantry(['help', 'places'])).stdout).toContain(`cloud:  ${url}`)
    expect((await bench.gantry(['jobs'])).stdout).toContain('here: → cloud:')
    expect((await bench.gantry(['copy', 'here:../x', 'cloud:'])).code).toBe(1)
  })

  test('are completed, as are options, jobs and layouts', async () => {
    await using bench = await Workbench.make()
    await bench.write('gantry.config.json', '{ "remotes": { "pacs": "./x", "minio": "./y" } }')
    const complete = async (...words: string[]) => (await bench.gantry(['complete', '--', ...words])).stdout
    expect(await complete('co')).toContain('copy\t')
    expect(await complete('copy', '')).toBe('pacs:\t\nminio:\t\n:6\n')
    expect(await complete('copy', 'p')).toBe('pacs:\t\n:6\n')
    expect(await complete('copy', './')).toBe(':0\n')
    expect(await complete('copy', 'a', 'm')).toBe('minio:\t\n:6\n')
    expect(await complete('copy', '--ver')).toContain('--verify\t')
    expect(await complete('copy', '--layout', 'h')).toContain('hierarchical')
    expect(await complete('jobs', 'res')).toContain('resume\t')
  })
})
