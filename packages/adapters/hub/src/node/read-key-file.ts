import { GantryError } from '@gantry/core/driver'
import { type HubKeyFile, hubKeyFileSchema } from '@gantry/core/hub'
import { readPrivateFile } from '@gantry/http/node'

/** Reads a service account's key, unless others may read it too. Errors never quote what the file holds. */
export async function readKeyFile(path: string): Promise<HubKeyFile> {
  const text = await readPrivateFile(path)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  const parsed = hubKeyFileSchema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new GantryError('invalid', 'The file is not the key of a service account: take the one that the hub wrote.', {
    path,
  })
}
