import { randomInt } from 'node:crypto'
import { browserUnavailable } from '@gantry-tooling/servers/browser'
import { orthancServers } from '@gantry-tooling/servers/vitest'
import { phantom, type PhantomFile, type PhantomOptions } from '@gantry/testkit/phantom'
import { describe, expect, onTestFinished, test } from 'vitest'
import { dicomwebClient } from '../dicomweb-client.ts'
import { openCornerstone } from './open-viewer.ts'

const SIZE = 64
const WINDOW = { lower: -1000, upper: 1000 }
const reason = await browserUnavailable()
const [server] = await orthancServers()

describe.skipIf(reason !== undefined || server?.unavailable !== undefined)(
  `cornerstone3D against ${server?.title}${reason ? ` [${reason}]` : ''}`,
  () => {
    if (server === undefined || server.unavailable !== undefined) return

    test('shows a phantom as it is', { timeout: 300_000 }, async () => {
      const files = await seriesOf({ syntax: 'explicit' })
      const { studyInstanceUID: study, seriesInstanceUID: series } = files[0]!.image
      await dicomwebClient(server).storeInstances({ datasets: files.map(({ bytes }) => new Uint8Array(bytes).buffer) })
      const viewer = await openCornerstone({ proxied: server })
      onTestFinished(() => viewer.close())

      const pictures = await viewer.show({ root: `${viewer.origin}/proxied`, study, series, window: WINDOW })
      expect(pictures.map(({ instance }) => instance).toSorted()).toEqual(
        files.map(({ image }) => image.sopInstanceUID).toSorted(),
      )
      for (const { instance, rows, columns, values, rendered } of pictures) {
        const file = files.find(({ image }) => image.sopInstanceUID === instance)!
        expect([rows, columns]).toEqual([SIZE, SIZE])
        expect(farthest(values, hounsfieldOf(file))).toBe(0)
        expect(farthest(rendered, greysOf(values))).toBeLessThanOrEqual(1)
      }
    })
  },
)
async function seriesOf(options: PhantomOptions): Promise<PhantomFile[]> {
  const files: PhantomFile[] = []
  for await (const file of phantom({ size: SIZE, slices: 3, seed: randomInt(2 ** 31), ...options })) files.push(file)
  return files
}

/** Native pixel data end the file. */
function hounsfieldOf({ bytes }: PhantomFile): number[] {
  return Array.from(new Int16Array(Uint8Array.from(bytes.subarray(-SIZE * SIZE * 2)).buffer), (value) => value - 1024)
}

function greysOf(values: readonly number[]): number[] {
  return values.map((value) => {
    const share = (value - WINDOW.lower) / (WINDOW.upper - WINDOW.lower)
    return Math.round(255 * Math.min(1, Math.max(0, share)))
  })
}

function farthest(left: readonly number[], right: readonly number[]): number {
  expect(left).toHaveLength(right.length)
  return Math.max(...left.map((value, index) => Math.abs(value - right[index]!)))
}
