import { expect, test } from 'vitest'

import { IgtBench } from '../../../testing/igt-bench.ts'

const patience = 120_000

test(
  'annotations are sent as igtcloud does: JSON only, and out of the folder of its name',
  { timeout: patience },
  async () => {
    await using cloud = await IgtBench.open()
    const { bench } = cloud
    await bench.write('up/Hospital A/pat1---first/Series1/name1/a.json', '{"points":[1,2]}')
    await bench.write('up/Hospital A/pat1---first/Series1/name1/mask.nii', 'voxels')
    await bench.write('up/Hospital A/pat1---first/Series1/b.json', '[]')
    await bench.write('up/Hospital A/pat1---first/Series1/name1/bad.json', 'not json')
    const sent = await cloud.igt(['upload', 'up', 'Project', '--category', 'annotations'])
    expect(sent).toMatchObject({ code: 1 })
    expect(`${sent.stdout}${sent.stderr}`).toContain('The annotation is no JSON')
    const got = ['download', 'down', 'Project', '--category', 'annotations']
    expect(await cloud.igt(got)).toMatchObject({ code: 0 })
    const paths = Object.keys(await cloud.tree('down')).sort()
    expect(paths).toEqual(
      ['a.json', 'b.json', 'name1/mask.nii'].map((path) => `Hospital A/pat1---first/Series1/${path}`),
    )
  },
)
