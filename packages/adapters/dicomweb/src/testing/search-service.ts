import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { DicomJson } from '@gantry/core'
import { compileMatching, type MatchingOptions } from '@gantry/dicom'
import { afterAll, beforeAll, beforeEach } from 'vitest'

/** What a service does that it should not. */
export interface Habits {
  readonly ignoresOffset?: boolean
  readonly ignoresLimit?: boolean
  readonly ignoresKeys?: boolean
  /** Tells one match of the page before again. */
  readonly repeats?: boolean
  /** Matches of a page at most, whatever is asked for. */
  readonly most?: number
  /** Past the end: 204. */
  readonly emptyIs204?: boolean
  readonly warns?: boolean
  /** Warns with every answer. */
  readonly warning?: string
  /** Refuses an offset beyond. */
  readonly reach?: number
  /** There are so many instances in all. */
  readonly instances?: number
  /** Tells nothing but these tags. */
  readonly tells?: readonly string[]
}

const paging: ReadonlySet<string> = new Set(['limit', 'offset', 'includefield', 'fuzzymatching'])

/** A service of studies that searches as it must, but for its habits. */
export class SearchService {
  readonly seen: URLSearchParams[] = []
  readonly paths: string[] = []
  /** Statuses with headers to answer with instead. */
  readonly instead: { status: number; headers?: Record<string, string>; body?: string }[] = []
  habits: Habits = {}
  matches: readonly DicomJson[] = []
  #last: { name: string; of: readonly DicomJson[]; found: readonly DicomJson[] } | undefined
  readonly #server = createServer((request, response) => this.#answer(request, response))

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/rs`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://service')
    this.seen.push(url.searchParams)
    this.paths.push(url.pathname)
    const instead = this.instead.shift()
    if (instead !== undefined) {
      response.writeHead(instead.status, instead.headers).end(instead.body)
    } else if (request.headers.accept !== 'application/dicom+json') {
      response.writeHead(406).end('Not acceptable')
    } else {
      this.#search(url, response)
    }
  }

  /** Kept until another search: pages of one are asked for one after another. */
  #found(keys: Readonly<Record<string, string>>, options: MatchingOptions): readonly DicomJson[] {
    const { matches, habits } = this
    const name = JSON.stringify([keys, options, habits])
    if (this.#last?.name !== name || this.#last.of !== matches) {
      const matching = habits.ignoresKeys ? () => true : compileMatching(keys, options)
      this.#last = { name, of: matches, found: matches.filter(matching) }
    }
    return this.#last.found
  }

  #search({ pathname, searchParams: query }: URL, response: ServerResponse): void {
    const { habits } = this
    const offset = habits.ignoresOffset ? 0 : Number(query.get('offset') ?? 0)
    if (offset > (habits.reach ?? Infinity)) {
      response.writeHead(400).end('offset')
      return
    }
    const keys = Object.fromEntries([...query].filter(([name]) => !paging.has(name)))
    const options = { fuzzy: query.get('fuzzymatching') === 'true' }
    const isAll = habits.instances !== undefined && pathname === '/rs/instances'
    const found = isAll ? studies(habits.instances) : this.#found(keys, options)
    const limit = Math.min(habits.ignoresLimit ? Infinity : Number(query.get('limit')), habits.most ?? Infinity)
    const from = habits.repeats && offset > 0 ? offset - 1 : offset
    const page = found.slice(from, from + limit)
    if (habits.warns && from + page.length < found.length) response.setHeader('warning', '299 rs "There are more."')
    if (habits.warning !== undefined) response.setHeader('warning', habits.warning)
    if (page.length === 0 && habits.emptyIs204) {
      response.writeHead(204).end()
      return
    }
    response.writeHead(200, { 'content-type': 'application/dicom+json' }).end(JSON.stringify(page.map(told(habits))))
  }
}

function told({ tells }: Habits): (match: DicomJson) => DicomJson {
  return (match) =>
    tells === undefined ? match : Object.fromEntries(Object.entries(match).filter(([tag]) => tells.includes(tag)))
}

/** So many studies, one a day from 1 January 2024, of patients that take turns. */
export function studies(count: number): readonly DicomJson[] {
  const names = ['Müller^Jörg', 'Doe^Jane', 'Doe^John']
  return Array.from({ length: count }, (_, index) => {
    const date = new Date(Date.UTC(2024, 0, 1 + index)).toISOString().slice(0, 10).replaceAll('-', '')
    return {
      '00080020': { vr: 'DA', Value: [date] },
      '00080061': { vr: 'CS', Value: index % 2 === 0 ? ['CT', 'SEG'] : ['MR'] },
      '00081030': { vr: 'LO', Value: [`Study ${index}`] },
      '00100010': { vr: 'PN', Value: [{ Alphabetic: names[index % 3] ?? '' }] },
      '00100020': { vr: 'LO', Value: [`P${index % 3}`] },
      '0020000D': { vr: 'UI', Value: [`1.2.${index}`] },
    }
  })
}

/** One for all tests of a file, of five studies and without habits before each. */
export function searchServiceForTests(): SearchService {
  const service = new SearchService()
  beforeAll(async () => await service.listen())
  afterAll(async () => await service.close())
  beforeEach(() => {
    service.habits = {}
    service.matches = studies(5)
    service.seen.length = 0
    service.instead.length = 0
  })
  return service
}
