import { generateIdentity } from '@gantry/age'
import { Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { startW3up, type W3upAccess } from '@gantry-tooling/servers/w3up'
import { describe, expect, onTestFinished, test } from 'vitest'

import { openW3upClient } from './drivers/open-w3up-client.ts'
import type { W3upClient } from './drivers/w3up-client.ts'
import { w3up } from './index.ts'
import { openStoracha } from './testing/open-storacha.ts'
import { all, contentsOf, expectedOf, storeFiles, studyFiles } from './testing/parcels.ts'

const services = ['web3-storage', 'storacha'] as const
const clients: readonly (readonly [string, (access: W3upAccess) => Promise<W3upClient>])[] = [
  ['@web3-storage/w3up-client', openW3upClient],
  ['@storacha/client', openStoracha],
]

describe.each(services)('the upload service of %s', { timeout: 120_000 }, (of) => {
  test.each(clients)(
    'by %s: keeps, gives back, is sent nothing twice, is rid of all, and tells when it takes no more',
    async (_, open) => {
      const service = await startW3up({ of })
      onTestFinished(() => service.close())
      const client = await open(await service.createSpace())
      const home = new Store(memory())
      const options = { ageSecretKey: await generateIdentity(), shardSize: 400_000, client }
      const files = studyFiles()

      const outcomes = await storeFiles(w3up(home, options), files)
      expect(outcomes.filter((outcome) => 'error' in outcome)).toEqual([])
      expect(await contentsOf(w3up(home, options))).toEqual(expectedOf(files))
      expect(await all(w3up(home, options).check())).toMatchObject([{ type: 'unit', errors: 0 }])

      const sent = service.puts
      expect(sent).toBeGreaterThan(4)
      await storeFiles(w3up(home, options), files)
      expect(service.puts).toBe(sent)

      const store = new Store(w3up(home, options))
      for (const { path } of files) await store.remove(path)
      // Who has no records would find what was left in the space: no shard, and no index.
      expect(await all(w3up(new Store(memory()), options).check())).toEqual([])

      service.readOnly = true
      await expect(storeFiles(w3up(home, options), files)).rejects.toMatchObject({ code: 'read_only' })
    },
  )
})
