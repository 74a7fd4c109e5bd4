import { readdir } from 'node:fs/promises'
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

  test.each(['car+./arc', 'car+/srv/arc', 'ipfs+/x', 'cod+arc', 'w3up+./x', 'car+~/arc', 'CAR+./arc', 'cod+car+./arc'])(
    'what begins as an archive and names no storage is no folder: %s',
    async (place) => {
      await using bench = await Workbench.make()
      await bench.fill('src', 1)
      await bench.write('gantry.config.json', JSON.stringify({ remotes: { arc: place } }))
      for (const to of [place, 'arc:']) {
        const { code, stderr } = await bench.gantry(['copy', 'src', to])
        expect([code, stderr]).toEqual([
          2,
          expect.stringMatching(/Did you mean (?:car|ipfs|cod|w3up|cod\+car)\+file:\/\/\/\S+\?/u),
        ])
        expect(stderr).toContain(`A folder of that name is written ./${place}`)
      }
      expect(await readdir(bench.path('.'))).not.toContain(place.split('/')[0])
      expect(await bench.gantry(['copy', 'src', `./car+arc`])).toMatchObject({ code: 0 })
    },
  )

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
    expect(await complete('help', 'c')).toContain('copy\t')
    expect(await complete('archive', '--retain-by', '')).toBe('storage\t\ncatalogue\t\n:4\n')
    await bench.fill('x', 1)
    expect((await bench.gantry(['copy', 'x', 'z'])).code).toBe(0)
    const [id = ''] = (await bench.gantry(['jobs', '--json'])).json.map((job) => String(job['id']))
    expect(await complete('jobs', 'show', '2')).toContain(id)
    expect(await complete('jobs', 'resume', '2')).not.toContain(id)
  })
})
