import { bytesOf } from '@gantry/core'
import { expect, test } from 'vitest'

import { igtOperations, importDicom } from './index.ts'
import { openRig } from './testing/rig.ts'

test('DICOM files go into a folder of their own, and the cloud is asked to sort each', async () => {
  const rig = await openRig()
  const cloud = rig.cloud()
  try {
    const [institute] = await cloud.institutes()
    if (institute === undefined) throw new Error('There is no institute.')
    const files = ['1.dcm', 'series/2.dcm'].map((name) => ({ name, size: 3, body: bytesOf(Buffer.from('abc')) }))
    expect(await importDicom({ cloud, institute, openData: rig.openData }, files)).toBe(2)
    const puts = rig.server.requests.filter(({ area, method }) => area === 'data' && method === 'PUT')
    const [, folder] = /^\/igt\/p1\/h1\/Import\/([0-9a-f-]{36})\/1\.dcm$/u.exec(puts[0]?.path ?? '') ?? []
    expect(puts[1]?.path).toBe(`/igt/p1/h1/Import/${folder}/series/2.dcm`)
    const told = { hospitalId: 'h1', isPrefix: true }
    expect(rig.server.state.imports).toEqual([
      { ...told, uploadedPath: `${folder}/1.dcm` },
      { ...told, uploadedPath: `${folder}/series/2.dcm` },
    ])
    const bad = [{ name: '../../x', size: 3, body: bytesOf(Buffer.from('abc')) }]
    await expect(importDicom({ cloud, institute, openData: rig.openData }, bad)).rejects.toMatchObject({
      code: 'invalid',
    })
    const one = { uploadedPath: '1.dcm', hospitalId: 'h1', patientId: 'p', studyId: 's' }
    await cloud.ask(igtOperations.preprocessFile, { body: one })
    expect(rig.server.state.preprocessed).toEqual([one])
  } finally {
    cloud.close()
    await rig.close()
  }
})
