import type { W3upAccess } from '@gantry-tooling/servers/w3up'

import { limitHeap } from './limit-heap.ts'

// One run in a process of its own, which loads what it needs and no more, so that its memory is its own. Prints the
// seconds of the work alone.
const [step = '', folder = '', where = ''] = process.argv.slice(2)
if (step.startsWith('gantry-')) {
  limitHeap()
}

const access = () => JSON.parse(where) as W3upAccess

/** Loads first, and answers what is to be measured. */
const steps: { readonly [step: string]: () => Promise<() => Promise<unknown>> } = {
  async 'importer-root'() {
    const { importRoot } = await import('./car-importer.ts')
    return async () => await importRoot(folder)
  },
  async 'importer-car'() {
    const { importCar } = await import('./car-importer.ts')
    return async () => await importCar(folder, where)
  },
  async 'gantry-root'() {
    const { packRoot } = await import('./car-gantry.ts')
    return async () => await packRoot(folder)
  },
  async 'gantry-car'() {
    const { packCars } = await import('./car-gantry.ts')
    return async () => await packCars(folder)
  },
  async 'gantry-archive'() {
    const { archiveIn } = await import('./car-gantry.ts')
    return async () => await archiveIn(folder, where, false)
  },
  async 'gantry-archive-public'() {
    const { archiveIn } = await import('./car-gantry.ts')
    return async () => await archiveIn(folder, where, true)
  },
  async 'gantry-read'() {
    const { archiveAt, readArchive } = await import('./car-gantry.ts')
    return async () => await readArchive(folder, archiveAt(where), false)
  },
  async 'gantry-read-public'() {
    const { archiveAt, readArchive } = await import('./car-gantry.ts')
    return async () => await readArchive(folder, archiveAt(where), true)
  },
  async 'plain-read'() {
    const { archiveAt, readPlainly } = await import('./car-gantry.ts')
    return async () => await readPlainly(archiveAt(where), 4 * 1024 * 1024)
  },
  async bring() {
    const { bringTo } = await import('./car-gantry.ts')
    return async () => await bringTo(where, folder)
  },
  async 'client-upload'() {
    const { uploadByClient } = await import('./car-upload.ts')
    return async () => await uploadByClient(folder, access())
  },
  async 'gantry-upload'() {
    const { uploadByGantry } = await import('./car-upload.ts')
    return async () => await uploadByGantry(folder, access())
  },
}

const work = await steps[step]?.()
if (work === undefined) throw new Error(`There is no step ${step}.`)
const began = performance.now()
const before = process.cpuUsage()
const answer = await work()
const { user, system } = process.cpuUsage(before)
const seconds = (performance.now() - began) / 1000
const rss = process.resourceUsage().maxRSS * 1024
console.log(JSON.stringify({ answer, seconds, cpu: (user + system) / 1e6, rss }))
process.exit(0)
