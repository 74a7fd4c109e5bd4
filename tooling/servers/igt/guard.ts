import type { Context, Next } from 'hono'

import type { State } from './state.ts'

/** Notes the request, answers it as a test has ordered, and lets nobody in without a session but to log in. */
export async function guard(state: State, c: Context, next: Next): Promise<Response | undefined> {
  const { path, method } = c.req
  const { searchParams, search } = new URL(c.req.url)
  state.requests.push({ method, path, query: search, body: await bodyOf(c), area: 'api' })
  if (state.controls.delay > 0) await new Promise((resolve) => setTimeout(resolve, state.controls.delay))
  const { unanswered } = state.controls
  if (unanswered !== undefined && path.includes(unanswered)) await new Promise(() => {})
  const failure = takeFailure(state, path, method)
  if (failure?.after === true) await next()
  if (failure?.status === 'hangup') throw new Hangup()
  if (failure?.status === 'silence') await new Promise(() => {})
  if (failure !== undefined) return c.json({ message: 'As it was ordered.' }, failure.status as 500)
  if (isDenied(state, path, method)) return c.json({ message: 'Forbidden' }, 403)
  const open = path === '/api/auth/login' || path === '/api/auth/login/$aud'
  if (!open) {
    const session = state.sessionOf(c.req.header('x-jwt'))
    if (session === undefined) return c.json({ message: 'Unauthorized' }, 401)
    // Logging out is the one call that the client makes without it.
    const csrf = c.req.header('x-csrf-token')
    if (csrf !== session.csrf && path !== '/api/auth/logout') return c.json({ message: 'CSRF token mismatch' }, 401)
  }
  if ([...searchParams.keys()].some((key) => key === '')) return c.json({ message: 'Malformed query' }, 400)
  await next()
  return undefined
}

/** Closes the connection without an answer. */
export class Hangup extends Error {}

export function takeFailure({ controls }: State, path: string, method: string) {
  const index = controls.failures.findIndex(
    (one) => path.includes(one.path) && (one.method === undefined || one.method === method),
  )
  return index === -1 ? undefined : controls.failures.splice(index, 1)[0]
}

function isDenied({ controls }: State, path: string, method: string): boolean {
  return controls.denied.some((one) => path.includes(one.path) && (one.method === undefined || one.method === method))
}

/** Passwords are left out: what a test prints shall hold none. */
async function bodyOf(c: Context): Promise<unknown> {
  if (c.req.header('content-type')?.startsWith('application/json') !== true) return undefined
  const body: unknown = await c.req.json().catch(() => undefined)
  return typeof body === 'object' && body !== null && 'password' in body ? { ...body, password: '***' } : body
}
