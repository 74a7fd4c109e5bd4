import { phantom } from '@gantry/testkit/phantom'

import { type ImageFile, imageFile } from './store-all.ts'

/** Some 8 MiB, always the same. */
export async function slowSeries(): Promise<ImageFile[]> {
  const files: ImageFile[] = []
  for await (const { bytes } of phantom({ size: 256, slices: 60 })) files.push(await imageFile(bytes))
  return files
}
