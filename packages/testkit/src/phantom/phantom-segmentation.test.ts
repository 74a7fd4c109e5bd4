import { expect, test } from 'vitest'

import { phantom, phantomSegmentation } from './index.ts'

const options = { size: 50, slices: 8 }

test('a segmentation belongs to its series, and marks what is there', async () => {
  const { bytes, image } = phantomSegmentation(options)
  const instances: string[] = []
  for await (const { image: of } of phantom(options)) {
    expect(of.studyInstanceUID).toBe(image.studyInstanceUID)
    instances.push(of.sopInstanceUID)
  }
  const text = Buffer.from(bytes).toString('latin1')
  for (const instance of instances) expect(text).toContain(instance)
  // One bit a pixel and 2500 a frame: every second frame begins within a byte.
  const frames = image.numberOfFrames ?? 0
  const length = Math.ceil((frames * 2500) / 8)
  const pixelData = bytes.subarray(bytes.length - length - (length % 2))
  expect(text.slice(bytes.length - pixelData.length - 12).startsWith('\u00e0\u007f\u0010\u0000OB')).toBe(true)
  const marked = pixelData.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)
  expect(marked / (frames * 2500)).toBeGreaterThan(0.05)
  expect(marked / (frames * 2500)).toBeLessThan(0.2)
  expect(phantomSegmentation(options).bytes).toEqual(bytes)
  expect(phantomSegmentation({ ...options, series: 1 }).image.sopInstanceUID).not.toBe(image.sopInstanceUID)
})

test('a label map says for each pixel which segment is there', () => {
  const { bytes, image } = phantomSegmentation({ ...options, labelMap: true })
  const frames = image.numberOfFrames ?? 0
  expect(frames).toBeGreaterThan(0)
  expect(frames).toBeLessThanOrEqual(options.slices)
  const pixelData = bytes.subarray(bytes.length - frames * 2500)
  expect(new Set(pixelData)).toEqual(new Set([0, 1, 2, 3]))
  expect(Buffer.from(bytes).toString('latin1')).toContain('LABELMAP')
  expect(image.sopInstanceUID).not.toBe(phantomSegmentation(options).image.sopInstanceUID)
})
