import { type AccessTokens, type ErrorCode, GantryError, isGantryError } from '@gantry/core'

/** What passes: questions for a token, and refusals of one; answers. */
type Asked = { readonly id: number } | { readonly refuse: string }
type Told =
  | { readonly id: number; readonly token: string }
  | { readonly id: number; readonly code: ErrorCode; readonly message: string }

/** In the page, which can show windows: answers by tokens that it keeps fresh. */
export function serveTokens(port: MessagePort, tokens: AccessTokens): void {
  port.addEventListener('message', ({ data }: MessageEvent<Asked>) => {
    if ('refuse' in data) {
      tokens.refuse(data.refuse)
      return
    }
    const { id } = data
    tokens.get().then(
      (token) => port.postMessage({ id, token } satisfies Told),
      (error: unknown) => {
        const code = isGantryError(error) ? error.code : 'unauthenticated'
        port.postMessage({ id, code, message: isGantryError(error) ? error.message : 'Sign in.' } satisfies Told)
      },
    )
  })
  port.start()
}

/** In the worker: tokens that the page has. */
export function portTokens(port: MessagePort): AccessTokens {
  let last = 0
  const waiting = new Map<number, (told: Told) => void>()
  port.addEventListener('message', ({ data }: MessageEvent<Told>) => {
    waiting.get(data.id)?.(data)
    waiting.delete(data.id)
  })
  port.start()
  return {
    get: async () => {
      const id = (last += 1)
      const told = await new Promise<Told>((resolve) => {
        waiting.set(id, resolve)
        port.postMessage({ id } satisfies Asked)
      })
      if ('token' in told) return told.token
      throw new GantryError(told.code, told.message)
    },
    refuse: (token) => port.postMessage({ refuse: token } satisfies Asked),
  }
}
