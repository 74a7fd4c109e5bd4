import { browser, privateFolder } from '@gantry/browser'
import { bytesOf, collect, isGantryError, Store } from '@gantry/core'
import type { SourceCatalogue } from '@gantry/share'

/** A folder of what this page keeps in the browser: keys of what was shared, shares that were interrupted. */
export function privateStore(folder: string): Store {
  return new Store(browser({ root: async () => await privateFolder(folder) }))
}

/** JSON of a store; `undefined` where there is none, or it is damaged. */
export async function readJson(store: Store, path: string): Promise<unknown> {
  try {
    const { body } = await store.read(path)
    return JSON.parse(new TextDecoder().decode(await collect(body)))
  } catch (error) {
    if (error instanceof SyntaxError || (isGantryError(error) && error.code === 'not_found')) return undefined
    throw error
  }
}

export async function writeJson(store: Store, path: string, value: unknown): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify(value))
  await store.write({ path, size: bytes.length }, bytesOf(bytes))
}

/** Where the browser keeps nothing, nothing is remembered: what is sent is none the worse. */
export function forgiving(catalogue: SourceCatalogue): SourceCatalogue {
  return {
    find: async (...given) => await catalogue.find(...given).catch(() => undefined),
    save: async (source) => await catalogue.save(source).catch(() => {}),
  }
}
