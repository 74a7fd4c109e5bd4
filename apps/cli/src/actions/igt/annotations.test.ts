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

const mebibyte = 1024 * 1024
/** More than goes in one piece, and its end is what is wrong with it. */
const cutOff = `{"points":[${'1.25,'.repeat(5 * mebibyte)}1]`

test(
  'annotations that go in parts are checked as short ones are, and nothing of them is sent',
  { timeout: patience },
  async () => {
    await using cloud = await IgtBench.open()
    const { bench } = cloud
    await bench.write('up/Hospital A/pat1---first/Series1/good.json', `${cutOff}}`)
    await bench.write('up/Hospital A/pat1---first/Series1/bad.json', cutOff)
    await bench.write('up/Hospital A/pat1---first/Series1/long.json', `"${'a'.repeat(65 * mebibyte)}"`)
    const sent = await cloud.igt(['upload', 'up', 'Project', '--category', 'annotations'])
    expect(sent).toMatchObject({ code: 1 })
    expect(`${sent.stdout}${sent.stderr}`).toContain('The annotation is no JSON')
    const put = (name: string) =>
      cloud.server.requests.filter(
        ({ area, method, path }) => area === 'data' && method === 'PUT' && path.endsWith(name),
      )
    expect(put('bad.json')).toEqual([])
    for (const name of ['good.json', 'long.json']) expect(put(name).length).toBeGreaterThan(1)
  },
)
