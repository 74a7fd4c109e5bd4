import { type Call, errorOfHttpRefusal, GantryError, isGantryError } from '@gantry/core/driver'
import { isPrivateRoad } from '@gantry/http'
import * as z from 'zod'

import type { Fetch } from '../read/gateway-source.ts'
import { changesTake, defaultSlowAfter, Patience } from '../read/patience.ts'

export interface PinningAccess {
  /** URL of the IPFS Pinning Service API. */
  readonly endpoint: string
  readonly token: string
  /** Multiaddresses of nodes that have the blocks. */
  readonly origins?: readonly string[] | undefined
  readonly fetch?: Fetch | undefined
  /** An answer must be there in fifteen times as many milliseconds. */
  readonly slowAfter?: number | undefined
}

const statusSchema = z.looseObject({ requestid: z.string(), status: z.string() })
const listSchema = z.looseObject({ results: z.array(statusSchema) })

/** Asks a service to keep the DAG below a root: the IPFS Pinning Service API 1.0. */
export class PinningService {
  readonly #access: PinningAccess
  readonly #base: URL

  constructor(access: PinningAccess) {
    const base = URL.parse(access.endpoint)
    // Its token must not cross a network in the clear.
    if (base === null || !isPrivateRoad(base)) {
      throw new GantryError('invalid', 'A pinning service is an https: URL; http: is for this machine alone.')
    }
    this.#access = access
    this.#base = base
    if (!this.#base.pathname.endsWith('/')) this.#base.pathname += '/'
  }

  /** Succeeds when the service has taken the request on; it fetches the blocks by itself. */
  async add(root: string, call: Call): Promise<void> {
    if ((await this.#find(root, call)).some(({ status }) => status !== 'failed')) return
    const { origins = [] } = this.#access
    const answer = await this.#ask('POST', 'pins', call, { cid: root, name: 'gantry', origins })
    if (statusSchema.parse(answer).status === 'failed') {
      throw new GantryError('unavailable', 'The pinning service could not pin the root.')
    }
  }

  async remove(root: string, call: Call): Promise<void> {
    for (const { requestid } of await this.#find(root, call)) {
      await this.#ask('DELETE', `pins/${encodeURIComponent(requestid)}`, call)
    }
  }

  async #find(root: string, call: Call) {
    const query = new URLSearchParams({ cid: root, status: 'queued,pinning,pinned,failed' })
    const parsed = listSchema.safeParse(await this.#ask('GET', `pins?${query.toString()}`, call))
    if (parsed.success) return parsed.data.results
    throw new GantryError('unavailable', 'The pinning service answered with something else than its API says.')
  }

  async #ask(method: string, path: string, call: Call, body?: unknown): Promise<unknown> {
    const { fetch: send = fetch, token, slowAfter = defaultSlowAfter } = this.#access
    const patience = new Patience(call, slowAfter * changesTake, 'The pinning service')
    try {
      const { response, text } = await patience.waitFor(async () => {
        const answer = await send(new URL(path, this.#base), {
          method,
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          signal: patience.signal,
          redirect: 'manual',
          ...(body !== undefined && { body: JSON.stringify(body) }),
        })
        return { response: answer, text: await answer.text() }
      })
      if (response.ok) return text === '' ? undefined : (JSON.parse(text) as unknown)
      const { status } = response
      if (method === 'DELETE' && status === 404) return undefined
      if (status >= 300 && status < 400) throw errorOfHttpRefusal({ status, now: Date.now() })
      const refused = status === 401 || status === 403
      throw new GantryError(refused ? 'permission_denied' : 'unavailable', `The pinning service answered ${status}.`)
    } catch (error) {
      if (isGantryError(error)) throw error
      throw new GantryError('unavailable', 'The pinning service could not be asked.', { cause: error })
    } finally {
      patience.end()
    }
  }
}
