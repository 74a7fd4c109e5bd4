import type { Catalogue } from '../catalogue.ts'
import type { WritingKey } from './catalogue-key.ts'

interface KeyRow {
  readonly name: string
  readonly recipient: string
  readonly naming: Uint8Array
  readonly sealed: Uint8Array
}

/** The newest key that the catalogue has; it writes manifests without the passphrase. */
export async function currentKey({ database }: Catalogue): Promise<WritingKey | undefined> {
  const sql = 'SELECT name, recipient, naming, sealed FROM keys ORDER BY id DESC LIMIT 1'
  return (await database.all<KeyRow>(sql))[0]
}

/** All keys that it has, by their names. */
export async function allKeys({ database }: Catalogue): Promise<Map<string, WritingKey>> {
  const keys = await database.all<KeyRow>('SELECT name, recipient, naming, sealed FROM keys ORDER BY id')
  return new Map(keys.map((key) => [key.name, key]))
}

/** Keeps a key, still locked. */
export async function saveKey(catalogue: Catalogue, { name, recipient, naming, sealed }: WritingKey): Promise<void> {
  const sql = `INSERT INTO keys (name, recipient, naming, sealed, created) VALUES (?, ?, ?, ?, ?)
 ON CONFLICT (name) DO NOTHING`
  await catalogue.database.write(
    async (writer) => await writer.run(sql, name, recipient, naming, sealed, catalogue.now()),
  )
}
