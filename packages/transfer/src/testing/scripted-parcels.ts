import type { Call } from '@gantry/core'
import type { ParcelDriver, ParcelWriter } from '@gantry/core/driver'

import type { Operation, Script, ScriptedCall } from './scripted-driver.ts'

type Begin = (operation: Operation, path: string, call: Call) => Promise<ScriptedCall>

/** Parcels of the driver behind, with what a script has against them. */
export function scriptedParcels(driver: ParcelDriver, script: () => Script, begin: Begin): ParcelDriver {
  return {
    async *fetch(entries, call) {
      await begin('fetch', '', call)
      for await (const item of driver.fetch?.(entries, call) ?? []) {
        const path = 'error' in item ? item.path : item.entry.path
        const made = await begin('fetched', path, call)
        yield 'error' in item ? item : { ...item, body: script().body?.(made, item.body) ?? item.body }
      }
    },
    async store(parcel, call) {
      await begin('store', '', call)
      const writer = (await driver.store?.(parcel, call)) as ParcelWriter
      return {
        has: writer.has,
        async add(entry, body, own) {
          await begin('add', entry.path, own)
          await writer.add(entry, body, own)
        },
        async commit(own) {
          const made = await begin('commit', '', own)
          const outcomes = await writer.commit(own)
          await script().after?.(made)
          return outcomes.map((outcome) => script().outcome?.(outcome, made) ?? outcome)
        },
        async abort(own) {
          await begin('abortParcel', '', own)
          await writer.abort(own)
        },
      }
    },
    discard: async (saved, call) => await driver.discard?.(saved, call),
  }
}
