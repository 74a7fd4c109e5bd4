import { afterEach } from 'vitest'

import { type GcsServer, type GcsServerOptions, startGcsServer } from './server.ts'

const open: GcsServer[] = []

/** A server for one test, with the bucket `bucket`. */
export async function startServer(options: GcsServerOptions = {}): Promise<GcsServer> {
  const server = await startGcsServer({ buckets: ['bucket'], ...options })
  open.push(server)
  return server
}

export function closeServersAfterEach(): void {
  afterEach(async () => {
    for (const server of open.splice(0)) await server.close()
  })
}

export function objectUrl({ url }: GcsServer, name: string, query = ''): string {
  return `${url}/storage/v1/b/bucket/o/${encodeURIComponent(name)}${query}`
}

export function uploadUrl({ url }: GcsServer, name: string, query = ''): string {
  return `${url}/upload/storage/v1/b/bucket/o?uploadType=media&name=${encodeURIComponent(name)}${query}`
}

/** What the JSON API tells of an object, or of an error. */
export interface Told {
  readonly generation: string
  readonly metageneration: string
  readonly crc32c: string
  readonly md5Hash?: string
  readonly size: string
  readonly storageClass: string
  readonly contentEncoding?: string
  readonly componentCount?: number
  readonly error?: { readonly code: number; readonly message: string; readonly errors: readonly { reason: string }[] }
}

export async function put(
  server: GcsServer,
  name: string,
  body: string | Uint8Array,
  query = '',
  headers: Record<string, string> = {},
): Promise<{ readonly status: number; readonly told: Told }> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : Uint8Array.from(body)
  return await ask(uploadUrl(server, name, query), { method: 'POST', body: bytes, headers })
}

export async function ask(url: string, init: RequestInit = {}): Promise<{ status: number; told: Told }> {
  const answer = await fetch(url, init)
  const text = await answer.text()
  return { status: answer.status, told: (text.startsWith('{') ? JSON.parse(text) : {}) as Told }
}

export async function patch(server: GcsServer, name: string, value: unknown, query = '') {
  const headers = { 'content-type': 'application/json' }
  return await ask(objectUrl(server, name, query), { method: 'PATCH', headers, body: JSON.stringify(value) })
}

export async function reasonOf(answer: Promise<{ readonly told: Told }>): Promise<string | undefined> {
  return (await answer).told.error?.errors[0]?.reason
}
