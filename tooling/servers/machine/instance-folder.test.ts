import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeInstanceFolder, removeInstanceFolder, runFolder, sweepInstanceFolders } from './instance-folder.ts'

test('what a crashed owner left is swept, also where its pid lives on as somebody else', () => {
  const mine = makeInstanceFolder()
  const reused = join(runFolder(), `${process.pid}-1-left`)
  const dead = join(runFolder(), '999999999-1-left')
  mkdirSync(reused)
  mkdirSync(dead)

  sweepInstanceFolders()

  expect([mine, reused, dead].map((folder) => existsSync(folder))).toEqual([true, false, false])
  removeInstanceFolder(mine)
  expect(existsSync(mine)).toBe(false)
})
