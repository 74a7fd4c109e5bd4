import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { temporaryFolder } from '../testing/temporary-folder.ts'
import { close } from './file-operations.ts'
import { createPartLog, headerOf, openPartLog, readPartLog, recordPart, recordStart } from './part-log.ts'

const part = (number: number, tag: string) => ({ number, offset: (number - 1) * 10, size: 10, tag })

async function logFile(durable = true): Promise<string> {
  const file = join(await temporaryFolder(), 'log')
  await createPartLog(file, headerOf({ path: 'folder/entry', modified: 5 }, durable))
  return file
}

async function record(file: string, work: (descriptor: number) => Promise<void>): Promise<void> {
  const descriptor = await openPartLog(file)
  await work(descriptor)
  await close(descriptor)
}

async function tags(file: string): Promise<string[]> {
  return [...((await readPartLog(file))?.parts.values() ?? [])].map(({ tag }) => tag)
}

describe('the log of an upload', () => {
  test('tells what it is, and the parts that are there', async () => {
    const file = await logFile()
    await record(file, async (log) => {
      await recordStart(log, part(2, ''))
      await recordPart(log, part(2, 'b'))
      await recordPart(log, part(1, 'a'))
    })
    expect((await readPartLog(file))?.header).toMatchObject({ path: 'folder/entry', modified: 5 })
    expect((await tags(file)).toSorted()).toEqual(['a', 'b'])
  })

  test('forgets a part from the moment that its bytes are written over', async () => {
    const file = await logFile()
    await record(file, async (log) => {
      for (const number of [1, 2, 3]) await recordPart(log, part(number, `${number}`))
      await recordStart(log, part(2, ''))
    })
    expect(await tags(file)).toEqual(['1', '3'])
    await record(file, (log) => recordPart(log, part(2, 'again')))
    expect((await tags(file)).toSorted()).toEqual(['1', '3', 'again'])
    // Cut otherwise, a part may overlap several.
    await record(file, (log) => recordStart(log, { number: 1, offset: 5, size: 10 }))
    expect(await tags(file)).toEqual(['3'])
  })

  test('is not spoilt by a line that a crash cut short', async () => {
    const file = await logFile()
    await record(file, (log) => recordPart(log, part(1, 'a')))
    await appendFile(file, '\n{"number":2,"offset":10,"si')
    expect(await tags(file)).toEqual(['a'])
    await record(file, (log) => recordPart(log, part(3, 'c')))
    expect(await tags(file)).toEqual(['a', 'c'])
    const whole = await readFile(file)
    for (let length = 0; length < whole.length; length += 1) {
      await writeFile(file, whole.subarray(0, length))
      expect(['', 'a', 'ac']).toContain((await tags(file)).join(''))
    }
  })

  test('of parts that are not synced is worth nothing once the machine has started anew', async () => {
    const file = await logFile(false)
    await record(file, (log) => recordPart(log, part(1, 'a')))
    expect(await tags(file)).toEqual(['a'])
    await writeFile(file, (await readFile(file, 'utf8')).replace(/"boot":"[^"]*"/u, '"boot":"another"'))
    expect(await tags(file)).toEqual([])
  })
})
