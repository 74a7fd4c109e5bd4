import { rename } from 'node:fs/promises'

import { expect, test } from 'vitest'

import { exitCodes } from '../../exit-code.ts'
import { describeFleetOnPostgres } from '../../../testing/fleet-on-postgres.ts'
import { Workbench } from '../../../testing/workbench.ts'
import { worked } from '../../../testing/worked.ts'

describeFleetOnPostgres('gantry fleet worker, on a machine that lacks something', (env) => {
  test('says which remote, loses nothing, and goes on when the mount is there', async () => {
    await using bench = await Workbench.make()
    for (const folder of ['a', 'b', 'c']) await bench.write(`mount/${folder}/1.txt`, folder)
    await bench.write('good.json', JSON.stringify({ remotes: { pacs: './mount' } }))
    await bench.write('other.json', JSON.stringify({ remotes: { elsewhere: './mount' } }))
    const submit = ['fleet', 'submit', 'pacs:', 'target', '--by', 'folder', '--config', 'good.json', '--json']
    const submitted = await bench.gantry(submit, { env: env() })
    expect(submitted).toMatchObject({ code: exitCodes.done, json: [{ studies: 3 }] })
    const { run } = submitted.json[0] as { run: string }
    const worker = ['fleet', 'worker', '--grace', '1', '--config']
    const notOpened = (text: string) => text.includes('not opened')
    const lacking = await worked(bench, [...worker, 'other.json'], env(), notOpened)
    expect(lacking.stdout).toContain(`run ${run} not opened pacs not_found`)
    expect(lacking.stdout).not.toMatch(/mount|target|dead/u)

    await rename(bench.path('mount'), bench.path('elsewhere'))
    let back: Promise<void> | undefined
    const ended = await worked(bench, [...worker, 'good.json', '--json'], env(), async (text) => {
      if (!notOpened(text)) return false
      back ??= rename(bench.path('elsewhere'), bench.path('mount'))
      await back
      return text.split('"type":"study"').length === 4
    })
    expect(ended.json).toContainEqual(expect.objectContaining({ outcome: 'not opened', store: 'file' }))
    expect(ended.json.filter(({ type, outcome }) => type === 'study' && outcome !== 'done')).toEqual([])
    expect(await bench.files('target')).toEqual(['a/1.txt', 'b/1.txt', 'c/1.txt'])
  })
})
