import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { describe, expect, test } from 'vitest'

import { Emitter } from './emitter.ts'
import { all } from './testing/all.ts'

const ready = { type: 'phase', phase: 'ready' } as const
const running = { type: 'phase', phase: 'running' } as const

describe('events', () => {
  test.each(['nonsense', 'entry', 'toString', undefined])('of a type that there is not are refused: %s', (type) => {
    const listen = () => new Emitter().on(type as never, () => {})
    expect(listen).toThrow(expect.objectContaining({ code: 'invalid' }))
  })

  test('reach iterators from the moment that these were asked for', async () => {
    const emitter = new Emitter()
    emitter.emit(ready)
    const events = emitter.iterate()
    emitter.emit(running)
    emitter.end()
    expect(await all(events)).toEqual([running])
  })

  test('are told to all who wait for the next, each in its turn, and the end to the others', async () => {
    const emitter = new Emitter()
    const events = emitter.iterate()
    const waiting = [events.next(), events.next(), events.next(), events.next()]
    emitter.emit(ready)
    emitter.emit(running)
    await events.return?.()
    expect(await Promise.all(waiting)).toEqual([
      { done: false, value: ready },
      { done: false, value: running },
      { done: true, value: undefined },
      { done: true, value: undefined },
    ])
    expect(await events.next()).toEqual({ done: true, value: undefined })
    expect(emitter.has('phase')).toBe(false)
  })

  test('are held for a slow reader up to a bound, and counted beyond', async () => {
    const emitter = new Emitter()
    const events = emitter.iterate()
    const entry = (path: string) => ({ type: 'entry:start', path, target: path, bytes: 1, attempt: 1 }) as const
    for (let index = 0; index < 10_002; index += 1) emitter.emit(entry(`${index}`))
    emitter.emit(running)
    for (let index = 0; index < 10_000; index += 1) {
      expect(await events.next()).toEqual({ done: false, value: entry(`${index}`) })
    }
    expect(await events.next()).toEqual({ done: false, value: { type: 'lagged', lost: 2 } })
    emitter.emit(entry('late'))
    emitter.end()
    expect(await all(events)).toEqual([running, entry('late')])
  })

  test('are no more told to who unsubscribed, or stopped reading', async () => {
    const emitter = new Emitter()
    const heard: unknown[] = []
    const stop = emitter.on('phase', (event) => void heard.push(event))
    stop()
    const events = emitter.iterate()
    emitter.emit(ready)
    for await (const _ of events) break
    emitter.emit(running)
    expect(heard).toEqual([])
    expect(emitter.has('phase')).toBe(false)
  })

  test('reach all listeners, whatever one of them throws; that surfaces as an uncaught exception', async () => {
    const program = `
      const { Emitter } = await import(${JSON.stringify(new URL('emitter.ts', import.meta.url).href)})
      process.on('uncaughtException', ({ message }) => console.log('uncaught ' + message))
      const emitter = new Emitter()
      emitter.on('phase', () => { throw new Error('mine') })
      emitter.on('phase', ({ phase }) => console.log('heard ' + phase))
      emitter.emit({ type: 'phase', phase: 'ready' })
      console.log('went on')`
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--conditions=@gantry/source',
      '--input-type=module',
      '-e',
      program,
    ])
    expect(stdout.trim().split('\n')).toEqual(['heard ready', 'went on', 'uncaught mine'])
  })
})
