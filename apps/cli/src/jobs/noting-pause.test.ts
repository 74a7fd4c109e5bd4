import { expect, test } from 'vitest'

import type { Context } from '../context.ts'
import { notingPause } from './noting-pause.ts'

function contextOf(said: string[], json: boolean) {
  const controller = new AbortController()
  const io = { stderr: { write: (text: string) => said.push(text) } }
  const context = { io, options: { quiet: false, json }, signal: controller.signal } as unknown as Context
  return { context, stop: () => controller.abort('signal') }
}

test.each([false, true])('says that it was heard while the work goes on, but to no program: %s', async (json) => {
  const said: string[] = []
  const { context, stop } = contextOf(said, json)
  const done = await notingPause(context, async () => {
    stop()
    return [...said]
  })
  expect(done).toEqual(json ? [] : ['Pausing (Ctrl-C again stops at once)\n'])
})

test('says nothing when it is over', async () => {
  const said: string[] = []
  const { context, stop } = contextOf(said, false)
  await notingPause(context, () => Promise.resolve())
  stop()
  expect(said).toEqual([])
})
