import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { collect } from '@gantry/core'
import { multipartParts, parseContentType } from '@gantry/http'
import { bytesSource, readIdentity } from '@gantry/dicom'

import { multipartOf } from '@gantry/testkit/bodies'

/** How a service takes what it is sent. */
export interface StowHabits {
  /** Keeps it, and tells nothing. */
  readonly silent?: boolean
  /** Answers as Cloud Healthcare does where nobody asks for JSON. */
  readonly refuses?: ReadonlyMap<string, number>
  /** Does not name what it refuses. */
  readonly namesNone?: boolean
  /** Stores with a warning, and alters what it is said to alter. */
  readonly warns?: ReadonlyMap<string, { readonly reason: number; readonly alters: boolean }>
  /** Refuses the whole request when one of these is in it, before it reads on. */
  readonly chokesOn?: string
  /** Refuses what does not tell its length. */
  readonly wantsLength?: boolean
  /** Keeps the first `n` and then hangs up without an answer. */
  readonly hangsUpAfter?: number
  /** Lets nobody read. */
  readonly writeOnly?: boolean
  /** Writes numbers as texts, pads UIDs, and says `null` for what is empty. */
  readonly sloppy?: boolean
  /** Tells in XML alone, and refuses who does not take that; or with a page for people. */
  readonly tells?: 'xml' | 'page'
  /** 401 before anything is read. */
  readonly refusesEarly?: number
}

/** A service that keeps instances, each once, and tells what became of each. */
export class StowService {
  readonly kept = new Map<string, Uint8Array>()
  readonly requests: { method: string; path: string; length: string | undefined; uids: string[] }[] = []
  habits: StowHabits = {}
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch(() => request.socket.destroy())
  })

  static async start(): Promise<StowService> {
    const service = new StowService()
    await new Promise<void>((resolve) => service.#server.listen(0, '127.0.0.1', resolve))
    return service
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/rs`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request
    const seen = { method, path: url, length: headers['content-length'], uids: [] as string[] }
    this.requests.push(seen)
    if (method === 'GET' && this.habits.writeOnly) response.writeHead(403).end()
    else if (method === 'GET') this.#give(url.split('/').at(-1) ?? '', response)
    else if (method === 'DELETE') response.writeHead(this.kept.delete(url.split('/').at(-1) ?? '') ? 204 : 404).end()
    else if (
      !accepts(headers.accept, this.habits.tells === 'xml' ? 'application/dicom+xml' : 'application/dicom+json')
    ) {
      response.writeHead(406).end()
    } else if (this.habits.wantsLength && headers['content-length'] === undefined) response.writeHead(411).end()
    else if (this.habits.refusesEarly !== undefined) response.writeHead(this.habits.refusesEarly).end()
    else await this.#take(request, response, seen.uids)
  }

  async #take(request: IncomingMessage, response: ServerResponse, uids: string[]): Promise<void> {
    const { mediaType, parameters } = parseContentType(request.headers['content-type'] ?? '')
    if (mediaType !== 'multipart/related' || parameters.get('type') !== 'application/dicom') {
      response.writeHead(415).end()
      return
    }
    const { habits } = this
    const told: { stored: object[]; failed: object[] } = { stored: [], failed: [] }
    for await (const { headers, body } of multipartParts(request, parameters.get('boundary') ?? '')) {
      if (headers.get('content-type') !== 'application/dicom') throw new Error('Not DICOM.')
      const bytes = Uint8Array.from(await collect(body))
      const { sopInstanceUID: uid } = await readIdentity(bytesSource(bytes))
      uids.push(uid)
      if (habits.chokesOn === uid) {
        response.writeHead(400).end('Bad file')
        return
      }
      const reason = habits.refuses?.get(uid) ?? (this.kept.has(uid) ? 45_070 : undefined)
      const item = { '00081155': { vr: 'UI', Value: [uid] } }
      if (reason === undefined) {
        const warning = habits.warns?.get(uid)
        if (warning?.alters) bytes[bytes.length - 9] = 1 + (bytes[bytes.length - 9] as number)
        this.kept.set(uid, bytes)
        told.stored.push({ ...item, ...(warning && { '00081196': { vr: 'US', Value: [warning.reason] } }) })
      } else {
        told.failed.push({ ...(!habits.namesNone && item), '00081197': { vr: 'US', Value: [reason] } })
      }
      if (this.kept.size === habits.hangsUpAfter) {
        request.socket.destroy()
        return
      }
    }
    if (habits.silent) {
      response.writeHead(200).end()
      return
    }
    const status = told.failed.length === 0 ? 200 : told.stored.length === 0 ? 409 : 202
    const failed = habits.sloppy && told.failed.length === 0 ? null : told.failed
    const sequences = {
      '00081199': { vr: 'SQ', Value: told.stored },
      [habits.namesNone ? '0008119A' : '00081198']: { vr: 'SQ', Value: failed },
    }
    if (habits.tells !== undefined) {
      const isPage = habits.tells === 'page'
      response.writeHead(status, { 'content-type': isPage ? 'text/html' : 'application/dicom+xml' })
      response.end(isPage ? '<!DOCTYPE html><html><p>Done<br></html>' : nativeModelOf(sequences))
      return
    }
    const text = JSON.stringify(sequences)
    response.writeHead(status, { 'content-type': 'application/dicom+json' })
    response.end(
      habits.sloppy ? text.replaceAll(/\[(\d+)\]/gu, '["$1"]').replaceAll(/\["([\d.]+\.\d+)"\]/gu, '["$1 "]') : text,
    )
  }

  #give(uid: string, response: ServerResponse): void {
    const body = this.kept.get(uid)
    if (body === undefined) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, { 'content-type': 'multipart/related; type="application/dicom"; boundary=b' })
    response.end(multipartOf([{ body, headers: { 'Content-Type': 'application/dicom' } }], 'b'))
  }
}

/** DICOM JSON as the Native DICOM Model (PS3.19 A.1). */
export function nativeModelOf(json: object): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<NativeDicomModel xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM">${attributesOf(json)}</NativeDicomModel>
`
}

function attributesOf(json: object): string {
  const elements = Object.entries(json) as [string, { vr: string; Value: readonly unknown[] }][]
  return elements
    .map(([tag, { vr, Value }]) => {
      const values = Value.map((value, index) => {
        const name = typeof value === 'object' && value !== null ? 'Item' : 'Value'
        const inner = typeof value === 'object' && value !== null ? attributesOf(value) : String(value)
        return `<${name} number="${index + 1}">${inner}</${name}>`
      })
      return `\n<DicomAttribute tag="${tag}" vr="${vr}">${values.join('')}</DicomAttribute>`
    })
    .join('')
}

function accepts(accept: string | undefined, type: string): boolean {
  return accept?.split(',').some((range) => range.split(';')[0]?.trim() === type) === true
}
