import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'

import { Store } from '@gantry/core'
import { expect, test } from 'vitest'

import { temporaryFolder } from '../testing/temporary-folder.ts'
import { fs } from './fs.ts'

test('a folder is in one place, by whatever link it is named, and also where it is not there yet', async () => {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'real'))
  await symlink('real', join(folder, 'link'))
  const locationOf = async (name: string) => await new Store(fs({ root: join(folder, name) })).location()
  const real = await locationOf('real')
  expect(real).toMatch(/^file:\/\/\/.*\/real$/u)
  expect(await locationOf('link')).toBe(real)
  expect(await locationOf('link/to/come/')).toBe(`${real}/to/come`)
  expect(await locationOf('other')).not.toBe(real)
})
