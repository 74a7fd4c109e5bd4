import { writePhantom } from '@gantry/testkit/phantom'

import { Workbench } from './workbench.ts'

/** Locking and unlocking a key costs a second of an idle core each time. */
export const patient = { timeout: 300_000 }

export const env = { GANTRY_PASSPHRASE: 'correct horse battery staple' }

/** With a study to be archived, and a file that is no image. */
export async function benchWithStudy(): Promise<Workbench> {
  const bench = await Workbench.make()
  await writePhantom(bench.path('study'), { size: 32, slices: 10 })
  await bench.write('study/notes.txt', 'no image')
  return bench
}
