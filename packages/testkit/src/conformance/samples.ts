import { type Abilities, imageLayout, type ImageIdentity } from '@gantry/core'

import { phantom, type PhantomOptions } from '../phantom/index.ts'
import { contentOf } from './bodies.ts'

/** An entry to be tried with. */
export interface Sample {
  readonly path: string
  readonly bytes: Uint8Array
  readonly image?: ImageIdentity
}

/** As many entries as wanted, that a store of these abilities takes; of images all are of one series. */
export async function samplesFor({ layout }: Abilities, count: number, length = 50_000): Promise<readonly Sample[]> {
  if (layout !== undefined) return await imagesAt(layout, { slices: count, size: Math.ceil(Math.sqrt(length / 2)) })
  const indices = Array.from({ length: count }, (_, index) => index)
  return indices.map((index) => ({ path: `series/entry-${index}`, bytes: contentOf(index + 1, length + index) }))
}

/** Small images, where the layout puts them. */
export async function imagesAt(layout: string, options: PhantomOptions): Promise<readonly Sample[]> {
  const place = imageLayout(layout)
  const samples: Sample[] = []
  for await (const { path, bytes, image } of phantom({ size: 16, ...options })) {
    samples.push({ path: place({ path, image }), bytes, image })
  }
  return samples
}
