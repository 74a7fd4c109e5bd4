import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { collect, parseBoundedJson, type Shape, Store, type StoreDriver } from '@gantry/core'
import { withCalls } from '@gantry/core/driver'
import { fs } from '@gantry/fs'
import { hubStore, hubTokens, readKeyFile } from '@gantry/hub-store/node'
import { createGantry, entryInput, type Gantry, type Result, Volume } from '@gantry/share'
import { nodePlatform } from '@gantry/share/node'
import { createJobSpec, memoryJournal, nodeHashing, openJob } from '@gantry/transfer'

import { limitHeap } from './limit-heap.ts'

// One run in a process of its own, so that its memory is its own.
const [step = '', folder = '', data = '', target = ''] = process.argv.slice(2)
if (/-(?:up|down)$/u.test(step)) {
  limitHeap()
}
const secretFile = join(folder, 'secret')
const key = await readKeyFile(join(folder, 'key.json'))
const objects = new Store(hubStore({ key }))
const plain = new Store(hubStore({ key, prefix: 'plain' }))
let read = 0

const gantry: Gantry = createGantry({
  hub: key.hub,
  auth: hubTokens({ key }),
  folder: 'sealed',
  platform: nodePlatform({ openHubStore: (options) => counting(hubStore(options)) }),
})

const steps: { readonly [step: string]: () => Promise<void> } = {
  'plain-up': async () => await copy(new Store(fs({ root: data })), plain),
  'plain-down': async () => await copy(plain, new Store(fs({ root: target }))),
  async 'sealed-up'() {
    const files = []
    const store = new Store(fs({ root: data }))
    for await (const entry of store.list()) {
      files.push({ name: entry.path, size: entry.size ?? 0, input: entryInput(store, { ...entry }) })
    }
    const volume = new Volume(files, { id: 'bench', source: null })
    const workspace = valueOf(await gantry.workspace.create(volume))
    valueOf(await gantry.workspace.ensureSources(workspace))
    const json = valueOf(await gantry.workspace.serialize(workspace))
    writeFileSync(secretFile, valueOf(await gantry.storage.uploadMetadata(json)).secret)
  },
  'sealed-down': async () => await copy(await openShare(), new Store(fs({ root: target }))),
  'plain-remove': async () => await removeAll('plain'),
  'sealed-remove': async () => await removeAll('sealed'),
  async range() {
    const mebibyte = 2 ** 20
    const rows = []
    for (const start of [0, 12_345_678, 256 * mebibyte + 1, 511 * mebibyte - 7]) {
      // Anew each time: what was learned of an object before would make it cheaper.
      const fresh = await openShare()
      const { value: entry } = (await fresh.list().next()) as { value?: { path: string } }
      read = 0
      const { body } = await fresh.read(entry?.path ?? '', { start, end: start + mebibyte })
      if ((await collect(body)).length !== mebibyte) throw new Error('That was not a mebibyte.')
      rows.push({ start, read })
    }
    console.log(JSON.stringify(rows))
  },
  async shapes() {
    const shapes = Array.from({ length: 10_000 }, (_, index) => shapeOf(index))
    const workspace = valueOf(await gantry.workspace.create([], { shapes }))
    const rows: { serialize: number; text: number; parse: number; load: number }[] = []
    for (let round = 0; round < 21; round += 1) {
      const began = performance.now()
      const serialized = valueOf(await gantry.workspace.serialize(workspace))
      const ended = performance.now()
      const text = JSON.stringify(serialized)
      const written = performance.now()
      const parsed = parseBoundedJson(text) as unknown[]
      const known = performance.now()
      const [loaded] = valueOf(await gantry.workspace.loadFromSerialization(parsed))
      const restored = performance.now()
      if (loaded?.state.shapes.length !== shapes.length) throw new Error('Shapes are missing.')
      rows.push({ serialize: ended - began, text: written - ended, parse: known - written, load: restored - known })
    }
    console.log(JSON.stringify({ first: rows[0], rest: rows.slice(1) }))
  },
}

const run = steps[step]
if (run === undefined) throw new Error('There is no such step.')
await run()
// Kept connections would hold the process for a while.
process.exit()

async function openShare(): Promise<Store> {
  const json = valueOf(await gantry.storage.loadMetadata<unknown[]>(readFileSync(secretFile, 'utf8')))
  return valueOf(await gantry.workspace.openFiles(json))
}

async function removeAll(prefix: string): Promise<void> {
  for await (const { path } of objects.list({ prefix })) await objects.remove(path)
}

async function copy(from: Store, to: Store): Promise<void> {
  const journal = memoryJournal(createJobSpec({ from: from.url, to: to.url }))
  const { phase, progress } = await (await openJob({ from, to, journal, hashing: nodeHashing })).run()
  if (phase !== 'completed' || progress.done.entries !== 2) throw new Error(`The copy is ${phase}.`)
}

function counting(driver: StoreDriver): StoreDriver {
  return withCalls(driver, {
    async read(...all) {
      const { entry, body } = await driver.read(...all)
      return { entry, body: tallied(body) }
    },
  })
}

async function* tallied(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of body) {
    read += chunk.length
    yield chunk
  }
}

function valueOf<Value>(result: Result<Value>): Value {
  if (result.error !== undefined) throw result.error
  return result.value
}

function shapeOf(index: number): Shape {
  const at = index / 7
  return {
    id: `shape-${index}`,
    kind: 'line',
    points: [
      [at, -at, 12.5],
      [at + 14, -at, 12.5],
    ],
    label: `Measurement ${index}`,
    colour: [1, 0.5, 0.25],
    measurement: { value: 14, unit: 'mm', name: 'Length' },
    annotation: { text: `14 mm, number ${index}`, position: [at, at, 0], visible: true },
  }
}
