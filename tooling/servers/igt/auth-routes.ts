import { createVerify, randomUUID } from 'node:crypto'

import type { Context, Hono } from 'hono'

import type { State } from './state.ts'

const audience = 'https://iam.example/aud'

export function addAuth(app: Hono, state: State): void {
  app.get('/api/auth/login/$aud', (c) => c.json(audience))
  app.post('/api/auth/login', async (c) => {
    const body: Record<string, unknown> = await c.req.json().catch(() => ({}))
    const { users = { user: 'password' } } = state.options
    if (body['grantType'] === 'password') {
      const name = String(body['username'])
      if (!Object.hasOwn(users, name) || users[name] !== body['password']) return refused(c)
      return loggedIn(c, state, name, false)
    }
    if (body['grantType'] !== 'jwt-key' || body['hospitalOrgId'] !== '') {
      return c.json({ message: 'grantType must be password or jwt-key' }, 400)
    }
    const serviceId = checkAssertion(state, String(body['assertion']))
    return serviceId === undefined ? refused(c) : loggedIn(c, state, serviceId, true)
  })
  app.post('/api/auth/refresh', (c) => {
    if (c.req.header('content-length') !== '0') return c.json({ message: 'The body must be empty' }, 411)
    const session = state.sessionOf(c.req.header('x-jwt'))
    if (session?.refreshToken === undefined) return refused(c)
    session.expires = 0
    const fresh = state.login(session.sub, session.isService)
    // The token against forgery of the login stays.
    state.sessions.splice(state.sessions.indexOf(fresh), 1, { ...fresh, csrf: session.csrf })
    return answer(c, state, { ...fresh, csrf: session.csrf })
  })
  app.post('/api/auth/logout', (c) => {
    if (c.req.header('content-length') !== '0') return c.json({ message: 'The body must be empty' }, 411)
    const session = state.sessionOf(c.req.header('x-jwt'))
    if (session !== undefined) session.expires = 0
    return c.json({ success: true })
  })
  app.get('/api/auth/introspect', (c) => {
    const session = state.sessionOf(c.req.header('x-jwt'))
    const exp = Math.floor((session?.expires ?? 0) / 1000)
    const identity = session?.isService === true ? 'Service' : 'User'
    return c.json({ active: true, sub: session?.sub, exp, scope: '', token_type: 'Bearer', identity_type: identity })
  })
  app.get('/api/auth/s3credentials', (c) => {
    const [prefix, action] = [c.req.query('prefix') ?? '', c.req.query('action')]
    if ((action !== 'GET' && action !== 'PUT') || prefix === '') {
      return c.json({ message: 'prefix and action (GET or PUT) are required' }, 400)
    }
    const session = state.sessionOf(c.req.header('x-jwt'))
    // Services upload, and do not download.
    if (session?.isService === true && action === 'GET') return c.json({ message: 'Forbidden' }, 403)
    const { credentialSeconds = 7200, bucket, storage } = state.options
    const expiration = new Date(Date.now() + credentialSeconds * 1000)
    const accessKey = `ASIA${randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase()}`
    const [secretKey, sessionToken] = [randomUUID(), randomUUID()]
    storage.admit({ accessKeyId: accessKey, secretAccessKey: secretKey, sessionToken, expiration })
    state.grants.set(accessKey, { prefix, action, revoked: false })
    const credentials = { accessKey, secretKey, sessionToken, bucket, expires: localTime(expiration) }
    const allowed = { resources: [`${prefix}*`], actions: [action] }
    return c.json({ policyCredentials: [{ allowed, credentials, resourceType: 'S3' }] })
  })
}

function loggedIn(c: Context, state: State, sub: string, isService: boolean): Response {
  return answer(c, state, state.login(sub, isService))
}

function answer(c: Context, state: State, session: { jwt: string; csrf: string; sub: string }): Response {
  const [header, payload, signature] = session.jwt.split('.')
  const { sessionSeconds = 1800 } = state.options
  const first = `jwt_header_payload=${header}.${payload}; Max-Age=${sessionSeconds}; Secure; Path=/`
  c.header('set-cookie', first, { append: true })
  c.header('set-cookie', `jwt_signature=${signature}; Secure; HttpOnly; Path=/`, { append: true })
  return c.json({ CSRFToken: session.csrf, sub: session.sub, S3Credentials: [] })
}

function refused(c: Context): Response {
  return c.json({ message: 'Invalid credentials' }, 401)
}

/** The service that signed it; claims and header are exactly those that IGT's own client sends. */
function checkAssertion(state: State, assertion: string): string | undefined {
  const [head = '', body = '', signature = ''] = assertion.split('.')
  try {
    const header = JSON.parse(Buffer.from(head, 'base64url').toString()) as Record<string, unknown>
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>
    const service = state.services.find((one) => one.serviceId === claims['iss'])
    const now = Date.now() / 1000
    const exp = Number(claims['exp'])
    const fits =
      header['alg'] === 'RS256' &&
      claims['sub'] === claims['iss'] &&
      JSON.stringify(claims['aud']) === JSON.stringify([audience]) &&
      exp > now &&
      exp <= now + 3660
    if (service === undefined || !fits) return undefined
    const verify = createVerify('RSA-SHA256').update(`${head}.${body}`)
    return verify.verify(service.publicKey, Buffer.from(signature, 'base64url')) ? service.serviceId : undefined
  } catch {
    return undefined
  }
}

/** `YYYY-MM-DDTHH:MM:SS` of the machine's own clock: the service names no zone. */
function localTime(time: Date): string {
  const shifted = new Date(time.getTime() - time.getTimezoneOffset() * 60_000)
  return shifted.toISOString().slice(0, 19)
}
