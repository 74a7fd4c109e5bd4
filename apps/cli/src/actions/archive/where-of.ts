import {
  type Catalogue,
  type CatalogueReceipt,
  type ChosenReceipt,
  chooseReceipts,
  type Target,
} from '@gantry/catalogue'

/** What is to be taken from one place. */
export interface Taken {
  readonly count: number
  /** Where that lies which the target knows by another path. */
  readonly renamed: ReadonlyMap<string, string>
  readonly receipts: () => AsyncGenerator<ChosenReceipt, void, undefined>
}

export interface Where {
  readonly taken: ReadonlyMap<string, Taken>
  /** Entries that lie nowhere that can be read. */
  readonly lost: number
}

/** What could not be read, by place: paths, or all of it. */
export type Unread = ReadonlyMap<string, ReadonlySet<string> | 'all'>

export interface WhereOptions {
  readonly prefer: string | undefined
  readonly unread: Unread
  /** What became known since the last look. Default: it is the first one. */
  readonly fresh?: Unread
}

/** All places that something of it is to be taken from: of a second look, only what the look before was wrong about. */
export async function whereOf(
  catalogue: Catalogue,
  target: Target,
  { prefer, unread, fresh }: WhereOptions,
): Promise<Where> {
  const known = new Map(unread)
  let lost = 0
  const choose = async function* (onLost?: () => void): AsyncGenerator<ChosenReceipt, void, undefined> {
    const chosen = chooseReceipts(catalogue, target, {
      without: (receipt) => isIn(known, receipt),
      ...(prefer !== undefined && { prefer }),
      ...(onLost !== undefined && { onLost }),
    })
    for await (const one of chosen) {
      if (fresh === undefined || one.insteadOf?.some((other) => isIn(fresh, other)) === true) yield one
    }
  }
  const taken = new Map<string, { count: number; renamed: Map<string, string> }>()
  for await (const { location, path, as } of choose(() => void (lost += 1))) {
    const place = taken.get(location) ?? { count: 0, renamed: new Map<string, string>() }
    taken.set(location, place)
    place.count += 1
    if (as !== undefined) place.renamed.set(as, path)
  }
  const receiptsIn = async function* (location: string): AsyncGenerator<ChosenReceipt, void, undefined> {
    for await (const one of choose()) if (one.location === location) yield one
  }
  return {
    taken: new Map(
      [...taken].map(([location, place]) => [location, { ...place, receipts: () => receiptsIn(location) }]),
    ),
    lost,
  }
}

function isIn(unread: Unread, { location, path }: CatalogueReceipt): boolean {
  const paths = unread.get(location)
  return paths === 'all' || paths?.has(path) === true
}
