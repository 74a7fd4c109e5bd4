import { rename } from 'node:fs/promises'

import { expect, test } from 'vitest'

import { IgtBench } from '../../../testing/igt-bench.ts'

const patience = 120_000

test(
  'folders that the cloud calls otherwise are sent once: without dashes, renamed, of other types',
  { timeout: patience },
  async () => {
    await using cloud = await IgtBench.open({
      projects: [{ name: 'Project', institutes: ['Hospital A', { name: 'Hospital B', studyType: 'EpdStudy' }] }],
    })
    const { bench, server } = cloud
    await bench.fill('up/Hospital A/nodash/a', 3)
    await bench.fill('up/Hospital A/p---s', 2)
    await bench.fill('up/Hospital B/p---s', 2)
    expect(await cloud.igt(['upload', 'up', 'Project'])).toMatchObject({ code: 0 })
    const names = server.state.studies.map(({ studyIdHumanReadable }) => studyIdHumanReadable)
    expect(names.toSorted((a, b) => (String(a) < String(b) ? -1 : 1))).toEqual([
      expect.stringMatching(/^nodash\/study/u),
      expect.stringMatching(/^p---s\/study/u),
      'p/s',
    ])
    const puts = cloud.sent
    expect(puts).toBe(7)
    expect(await cloud.igt(['upload', 'up', 'Project'])).toMatchObject({ code: 0 })
    expect(cloud.sent).toBe(puts)

    // What is new in such a folder is sent, and nothing else.
    await bench.write('up/Hospital A/nodash/new.txt', 'new')
    expect(await cloud.igt(['upload', 'up', 'Project', '--dry-run'])).toMatchObject({ code: 0 })
    expect(await cloud.igt(['upload', 'up', 'Project'])).toMatchObject({ code: 0 })
    expect(cloud.sent).toBe(puts + 1)

    expect(await cloud.igt(['download', 'down', 'Project'])).toMatchObject({ code: 0 })
    await rename(bench.path('down/Hospital A/p---s'), bench.path('down/Hospital A/renamed'))
    expect(await cloud.igt(['upload', 'down', 'Project'])).toMatchObject({ code: 0 })
    expect(cloud.sent).toBe(puts + 1)
    expect(server.state.studies).toHaveLength(3)
  },
)
