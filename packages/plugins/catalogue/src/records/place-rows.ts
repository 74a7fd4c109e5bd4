import type { SqlWriter } from '@gantry/sqlite'

import { type Id, rowOf } from './row-of.ts'

export interface SessionName {
  readonly name: string
  /** Account that it belongs to, where several share a catalogue; default: nobody's, as on one's own machine. */
  readonly owner?: string
}

export async function locationRow(sql: SqlWriter, url: string): Promise<number> {
  await sql.run('INSERT INTO locations (url) VALUES (?) ON CONFLICT (url) DO NOTHING', url)
  return await rowOf(sql.all<Id>('SELECT id FROM locations WHERE url = ?', url))
}

export async function sessionRow(sql: SqlWriter, { name, owner = '' }: SessionName, at: number): Promise<number> {
  const insert = 'INSERT INTO sessions (owner, name, created) VALUES (?, ?, ?) ON CONFLICT (owner, name) DO NOTHING'
  await sql.run(insert, owner, name, at)
  return await rowOf(sql.all<Id>('SELECT id FROM sessions WHERE owner = ? AND name = ?', owner, name))
}
