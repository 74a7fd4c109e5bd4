import { bytesOf } from '@gantry/core/driver'

import { type Broken, declaring, uploadsOf, writeOf } from './breaking.ts'

/** Uploads in parts, tiers and retention that do not hold. */
export const brokenUploads: readonly Broken[] = [
  [
    'parts that can be seen',
    'makes one entry of its parts, and shows it only when it is complete',
    (driver) => ({
      resumable: {
        async putPart(upload, part, body, call) {
          await writeOf(driver)({ path: upload.path }, bytesOf(), call)
          return await uploadsOf(driver).putPart(upload, part, body, call)
        },
      },
    }),
  ],
  [
    'an entry that goes when its upload begins',
    'replaces an entry only when the upload is complete',
    (driver) => ({
      resumable: {
        async begin(entry, call) {
          await driver.remove?.(entry.path, call)
          return await uploadsOf(driver).begin(entry, call)
        },
      },
    }),
  ],
  [
    'the first of two puts',
    'takes a part again, and keeps the last',
    (driver, contents) => ({
      resumable: {
        async putPart(upload, part, body, call) {
          const before = contents.pending.get(upload.id)?.parts.get(part.number)
          return before?.part ?? (await uploadsOf(driver).putPart(upload, part, body, call))
        },
      },
    }),
  ],
  [
    'parts of any length',
    'refuses a part of another length than was said',
    (driver, contents) => ({
      resumable: {
        async putPart(upload, part, body, call) {
          try {
            return await uploadsOf(driver).putPart(upload, part, body, call)
          } catch (error) {
            const stored = { ...part, tag: 'short' }
            contents.pending.get(upload.id)?.parts.set(part.number, { part: stored, chunks: [] })
            throw error
          }
        },
      },
    }),
  ],
  [
    'a whole with a hole',
    'does not complete without all of the parts',
    (driver) => ({
      resumable: {
        complete: async (_upload, entry, _parts, call) =>
          await writeOf(driver)(entry, bytesOf(new Uint8Array(entry.size ?? 0)), call),
      },
    }),
  ],
  [
    'one upload a path',
    'keeps two uploads to one path apart',
    (driver, contents) => ({
      resumable: {
        async begin(entry, call) {
          const before = [...contents.pending.values()].find(({ upload }) => upload.path === entry.path)
          return before?.upload ?? (await uploadsOf(driver).begin(entry, call))
        },
      },
    }),
  ],
  [
    'an upload that only its own process knows',
    'goes on with an upload in another process',
    (driver) => {
      const mine = new Set<string>()
      return {
        resumable: {
          async begin(entry, call) {
            const upload = await uploadsOf(driver).begin(entry, call)
            mine.add(upload.id)
            return upload
          },
          async *listParts(upload, call) {
            if (mine.has(upload.id)) yield* uploadsOf(driver).listParts(upload, call)
          },
        },
      }
    },
  ],
  [
    'tags that are told otherwise',
    'lists the parts that it has, as they were put',
    (driver) => ({
      resumable: {
        async *listParts(upload, call) {
          for await (const part of uploadsOf(driver).listParts(upload, call)) yield { ...part, tag: 'listed' }
        },
      },
    }),
  ],
  [
    'a second answer that is another',
    'answers the same when it is asked to complete again',
    (driver, contents) => ({
      resumable: {
        async complete(...given) {
          contents.completed.clear()
          return await uploadsOf(driver).complete(...given)
        },
      },
    }),
  ],
  [
    'an abort that does nothing',
    'forgets an upload that is aborted, once or twice',
    () => ({ resumable: { abort: async () => {} } }),
  ],
  [
    'an unknown upload that has no parts',
    'says not_found of an upload that it does not know',
    (driver, contents) => ({
      resumable: {
        async *listParts(upload, call) {
          if (contents.pending.has(upload.id)) yield* uploadsOf(driver).listParts(upload, call)
        },
      },
    }),
  ],
  [
    'half a part',
    'stops in mid-part, and does not list that part',
    (driver, contents) => ({
      resumable: {
        async putPart(upload, part, body, call) {
          const stored = { ...part, tag: 'begun' }
          contents.pending.get(upload.id)?.parts.set(part.number, { part: stored, chunks: [] })
          return await uploadsOf(driver).putPart(upload, part, body, call)
        },
      },
    }),
  ],
  [
    'nothing that is unfinished',
    'tells what is unfinished, so that it can be swept',
    () => ({ resumable: { async *unfinished() {} } }),
  ],
  [
    'all that is unfinished, whatever the prefix',
    'tells what is unfinished, so that it can be swept',
    (driver) => ({ resumable: { unfinished: (_prefix, call) => uploadsOf(driver).unfinished(undefined, call) } }),
  ],
  [
    'the first bytes, whatever the range',
    'reads back what was put, where it offers that',
    (driver) => ({
      resumable: {
        readBack: async (upload, { start, end = start }, call) =>
          (await uploadsOf(driver).readBack?.(upload, { start: 0, end: end - start }, call)) ?? bytesOf(),
      },
    }),
  ],
  [
    'limits that no plan can keep',
    'allows parts for entries of 5 GiB, 50 GiB and 5 TiB within its limits',
    declaring({ resumable: { minPartSize: 10, maxPartSize: 5, maxParts: 10, parallel: true } }),
  ],
  [
    'a tier that is forgotten',
    'moves an entry to another tier',
    (driver) => ({ tier: { set: (path, _tier, call) => driver.stat(path, call) } }),
  ],
  [
    'retention that is only noted',
    'refuses to remove what is retained, until then',
    (_driver, contents) => ({ remove: async (path) => void contents.entries.delete(path) }),
  ],
  [
    'retention that can be made shorter',
    'makes retention longer, and not shorter',
    (driver, contents) => ({
      retain: {
        set: async (path, until) => void contents.retained.set(path, until),
        get: async (path, call) => await driver.retain?.get(path, call),
      },
    }),
  ],
]
