/** A file of a web app, as the hub hands it out to everybody. */
export interface HubPage {
  readonly type: string
  readonly body: Uint8Array<ArrayBuffer>
  /** Its name tells what is in it: whoever has it need not ask again. */
  readonly immutable?: boolean
}

/** A web app that the hub serves besides, on its own origin: for what no route of its own answers, and for `/s/{id}`. */
export interface HubPages {
  /** Origins of storages that its pages may reach; default: the hub alone. */
  readonly connect?: readonly string[]
  /** By the path of a URL, without a query; `undefined` for what it does not have. */
  find(path: string): Promise<HubPage | undefined>
}

/**
 * Its scripts are its own files and nothing else, it talks to the hub and to the storages that are named, and nobody
 * frames it. WebAssembly is what decodes images. Attributes for style are what viewers write labels of drawings with; they run
 * nothing.
 */
function pagePolicy(connect: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' blob: data:",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

/** No cache keeps addresses of shares: where mail has written `%23` for `#`, the key is in them. */
function cachingOf(path: string, { immutable = false }: HubPage): string {
  if (path.startsWith('/s/')) return 'no-store'
  return immutable ? 'public, max-age=31536000, immutable' : 'no-cache'
}

export async function pageAnswer(pages: HubPages | undefined, path: string): Promise<Response | undefined> {
  const page = await pages?.find(path)
  if (page === undefined) return undefined
  return new Response(page.body, {
    headers: {
      'Content-Type': page.type,
      'Content-Length': `${page.body.length}`,
      'Content-Security-Policy': pagePolicy(pages?.connect ?? []),
      'Cache-Control': cachingOf(path, page),
    },
  })
}
