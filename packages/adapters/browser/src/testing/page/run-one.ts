import { conformanceCases, runCase } from '@gantry/testkit/conformance'

import { browser, privateFolder } from '../../index.ts'

/** A case of the conformance suite, by the name of its test. */
export interface OneCase {
  readonly group: string
  readonly name: string
  /** As of a folder in which the browser moves nothing. */
  readonly withoutMove?: boolean
}

export type CaseAnswer = { readonly skipped?: string } | { readonly failed: string }

let count = 0

/** Runs it on a fresh private folder, where it is called: in a page, or in a worker. */
export async function runOne({ group, name, withoutMove = false }: OneCase): Promise<CaseAnswer> {
  const { abilities } = browser({ root: async () => await privateFolder() })
  const one = conformanceCases(abilities).find((each) => each.group === group && each.name === name)
  if (one === undefined) return { failed: 'there is no such case' }
  count += 1
  const folder = `conformance-${count}-${crypto.randomUUID()}`
  const open = async () => browser({ root: async () => await privateFolder(folder) })
  const { move } = FileSystemFileHandle.prototype as { move?: unknown }
  if (withoutMove) Reflect.deleteProperty(FileSystemFileHandle.prototype, 'move')
  try {
    const skipped = await runCase(one, async () => ({
      driver: await open(),
      reopen: open,
      inMemory: true,
      close: async () => {
        await (await navigator.storage.getDirectory()).removeEntry(folder, { recursive: true }).catch(() => {})
      },
    }))
    return skipped === undefined ? {} : { skipped }
  } catch (error) {
    const { stack = '', cause } = error as Error
    return { failed: `${stack}\n${cause instanceof Error ? String(cause) : ''}` }
  } finally {
    if (withoutMove)
      Object.defineProperty(FileSystemFileHandle.prototype, 'move', { value: move, configurable: true, writable: true })
  }
}
