import { readFile } from 'node:fs/promises'

import { GantryError } from '@gantry/core/driver'
import * as z from 'zod'

const keySchema = z.looseObject({
  type: z.literal('service_account'),
  client_email: z.string().min(1),
  private_key: z.string().min(1),
  private_key_id: z.string().optional(),
})

export type ServiceAccountKey = z.output<typeof keySchema>

/** The key of a service account; errors never quote what the file holds. */
export async function readKeyFile(path: string): Promise<ServiceAccountKey> {
  try {
    return keySchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    // Without its cause, which may quote the file.
    throw new GantryError(
      'invalid',
      'The key file cannot be read, or is not one of a service account: take the JSON that Google hands out.',
      { path },
    )
  }
}
