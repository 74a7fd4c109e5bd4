import { browser, privateFolder } from '@gantry/browser'
import { bytesOf, collect, isGantryError, Store } from '@gantry/core'

/** What this page keeps in the browser: keys of what was shared, shares that were interrupted, titles of shares. */
export function privateStore(folder: string): Store {
  return new Store(browser({ root: async () => await privateFolder(`gantry/${folder}`) }))
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
