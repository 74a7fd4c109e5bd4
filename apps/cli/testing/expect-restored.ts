import { expect } from 'vitest'

import type { HubBench } from './hub-bench.ts'

/** All files below `study` and the mesh, as they were restored and as they were, and `more` that is there. */
export async function expectRestored({ bench }: HubBench, folder: string, more: readonly string[] = []): Promise<void> {
  const shared = await bench.files('study')
  const restored = await bench.files(folder)
  expect(restored).toEqual([...shared.map((path) => `study/${path}`), 'knee.stl', 'workspace.json', ...more].sort())
  for (const path of shared) expect(await bench.read(`${folder}/study/${path}`)).toBe(await bench.read(`study/${path}`))
  expect(await bench.read(`${folder}/knee.stl`)).toBe(await bench.read('knee.stl'))
}
