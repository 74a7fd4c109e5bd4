import type { Abilities } from '@gantry/core/driver'
import { expect, onTestFinished, test } from 'vitest'

import { igtAdaptersOn, igtUrl, type OpenData } from './index.ts'
import { openRig, password } from './testing/rig.ts'

test('a place that a URL names tells what its storage has learned of itself since', async () => {
  const rig = await openRig()
  onTestFinished(() => rig.close())
  let digests: Abilities['digests'] = []
  const openData: OpenData = (place) => {
    const driver = rig.openData(place)
    const { abilities } = driver
    return Object.defineProperty(driver, 'abilities', { get: () => ({ ...abilities, digests }) })
  }
  const { plain } = igtAdaptersOn({ openData: () => openData })
  const opened = await plain.open(igtUrl(rig.server.url, 'Project'), { login: password })
  expect(opened.abilities.digests).toEqual([])
  digests = ['crc32c']
  expect(opened.abilities.digests).toEqual(['crc32c'])
  await opened.close?.()
})
