import { randomInt } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { dicomwebClient } from '@gantry-tooling/foreign'
import { type CornerstoneViewer, openCornerstone, type Picture } from '@gantry-tooling/foreign/cornerstone'
import { browserUnavailable } from '@gantry-tooling/servers/browser'
import { orthancServers } from '@gantry-tooling/servers/vitest'
import { phantom, type PhantomFile, type PhantomOptions } from '@gantry/testkit/phantom'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { serveFolder } from './rig/served-folder.ts'
import { temporaryFolder } from './rig/temporary-folder.ts'

const size = 64
const window = { lower: -1000, upper: 1000 }
const asItIs = { pictures: 3, values: 0, greys: 0 }
const reason = await browserUnavailable()
const [orthanc] = await orthancServers()

describe.skipIf(reason !== undefined)(`cornerstone3D in Chromium${reason === undefined ? '' : ` [${reason}]`}`, () => {
  let viewer: CornerstoneViewer
  beforeAll(async () => {
    viewer = await openCornerstone(orthanc?.unavailable === undefined ? { proxied: orthanc } : {})
  }, 300_000)
  afterAll(async () => await viewer?.close())

  test.each(['explicit', 'rle'] as const)(
    'shows what gantry serves of a folder as it is: %s',
    { timeout: 120_000 },
    async (syntax) => {
      const seed = randomInt(2 ** 31)
      const folder = temporaryFolder()
      for (const { path, bytes } of await seriesOf({ seed, syntax })) {
        await mkdir(dirname(join(folder, path)), { recursive: true })
        await writeFile(join(folder, path), bytes)
      }
      const { root, requests } = await serveFolder(folder, ['--cors', viewer.origin])
      expect(await farthestShown(viewer, root, await seriesOf({ seed }))).toEqual(asItIs)
      expect(requests.some((request) => /^GET .*frames.* 200$/u.test(request))).toBe(true)
    },
  )

  test.skipIf(orthanc?.unavailable !== undefined)(
    `shows what ${orthanc?.title} serves as it is, so that a fault above is not the viewer's`,
    { timeout: 120_000 },
    async () => {
      if (orthanc === undefined || orthanc.unavailable !== undefined) return
      const files = await seriesOf({ seed: randomInt(2 ** 31) })
      await dicomwebClient(orthanc).storeInstances({ datasets: files.map(({ bytes }) => new Uint8Array(bytes).buffer) })
      expect(await farthestShown(viewer, `${viewer.origin}/proxied`, files)).toEqual(asItIs)
    },
  )
})

async function seriesOf(options: PhantomOptions): Promise<PhantomFile[]> {
  const files: PhantomFile[] = []
  for await (const file of phantom({ size, slices: 3, ...options })) files.push(file)
  return files
}

/** How far what is shown is from the same images with pixel data that are not compressed; greys may be rounded otherwise. */
async function farthestShown(viewer: CornerstoneViewer, root: string, native: readonly PhantomFile[]) {
  const { studyInstanceUID: study = '', seriesInstanceUID: series = '' } = native[0]?.image ?? {}
  const pictures = await viewer.show({ root, study, series, window })
  const found = native.map(({ bytes, image }) => {
    const picture = pictures.find(({ instance }) => instance === image.sopInstanceUID)
    return {
      values: farthest(picture?.values, hounsfieldOf(bytes)),
      greys: Math.max(0, farthest(picture?.rendered, greysOf(picture)) - 1),
    }
  })
  return { pictures: pictures.length, values: most(found, 'values'), greys: most(found, 'greys') }
}

function most<Name extends string>(all: readonly Readonly<Record<Name, number>>[], name: Name): number {
  return Math.max(...all.map((one) => one[name]))
}

/** Native pixel data end the file. */
function hounsfieldOf(bytes: Uint8Array): number[] {
  return Array.from(new Int16Array(Uint8Array.from(bytes.subarray(-size * size * 2)).buffer), (value) => value - 1024)
}

function greysOf(picture: Picture | undefined): number[] {
  return (picture?.values ?? []).map((value) => {
    const share = (value - window.lower) / (window.upper - window.lower)
    return Math.round(255 * Math.min(1, Math.max(0, share)))
  })
}

function farthest(left: readonly number[] = [], right: readonly number[]): number {
  return left.length === right.length ? Math.max(...left.map((value, at) => Math.abs(value - (right[at] ?? 0)))) : NaN
}
