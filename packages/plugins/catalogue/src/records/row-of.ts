import { GantryError } from '@gantry/core'

export interface Id {
  readonly id: number
}

export async function only(row: Promise<number | undefined>): Promise<number> {
  const id = await row
  if (id === undefined) throw new GantryError('internal', 'The catalogue did not answer with the row that it keeps.')
  return id
}

export async function rowOf(rows: Promise<Id[]>): Promise<number> {
  return await only(rows.then(([row]) => row?.id))
}
