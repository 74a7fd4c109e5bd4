import { resolve } from 'node:path'

import type { Grant } from '@gantry/google'
import type { DeviceCode } from '@gantry/google/node'

import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { findGoogleClient, type GoogleClient } from '../login/google-client.ts'
import { googleLogin } from '../login/google-login.ts'
import { loginTokens } from '../places/google-tokens.ts'
import { formatTime } from '../render/amounts.ts'
import { toJsonLine } from '../render/json.ts'
import { printable } from '../render/text.ts'
import { UsageError } from '../usage-error.ts'

export interface GoogleLoginFlags {
  readonly device?: boolean
  readonly clientId?: string
  readonly clientFile?: string
  readonly keep?: boolean
  readonly port?: number
}

/** `gantry login --google`: keeps the access token until it expires; what brings others only with `--keep`. */
export async function loginWithGoogle(context: Context, flags: GoogleLoginFlags): Promise<ExitCode> {
  const { io, options, style } = context
  if (flags.device === true && flags.port !== undefined) throw new UsageError('A device needs no --port.')
  const clientFile = flags.clientFile === undefined ? undefined : resolve(io.cwd, flags.clientFile)
  const client = await findGoogleClient(io.env, { clientId: flags.clientId, clientFile })
  const keep = flags.keep === true
  const grant = flags.device === true ? await byDevice(context, client) : await byBrowser(context, client, flags)
  const { token, account, scopes, refreshToken } = grant
  const kept = keep && refreshToken !== undefined
  await googleLogin.write(io.env, {
    version: 1,
    clientId: client.clientId,
    clientFile,
    endpoint: client.endpoint,
    endpoints: client.endpoint === undefined ? undefined : completed(client),
    account,
    scopes: [...scopes],
    token: token.token,
    expires: token.expires,
    ...(kept && { refreshToken }),
  })
  const expires = new Date(token.expires).toISOString()
  if (options.json) {
    io.stdout.write(toJsonLine({ type: 'login', provider: 'google', account, scopes, expires, kept }))
    return exitCodes.done
  }
  if (options.quiet) return exitCodes.done
  const who = account === undefined ? '' : ` as ${style.stdout.bold(printable(account))}`
  const until = kept ? 'until gantry logout --google' : `until ${formatTime(token.expires)}`
  io.stdout.write(`Signed in with Google${who}, ${until}\n`)
  if (keep && !kept) io.stderr.write('Google gave nothing that could be kept: it ends when the access token does.\n')
  return exitCodes.done
}

/** `gantry logout --google`: forgets it, and ends what was kept at Google too. */
export async function logoutOfGoogle({ io, options, signal }: Context): Promise<ExitCode> {
  const login = await googleLogin.read(io.env).catch(() => undefined)
  await googleLogin.remove(io.env)
  let revoked = false
  if (login !== undefined) {
    const { revokeToken } = await import('@gantry/google')
    const { clientId, clientFile, endpoints, token, refreshToken } = login
    try {
      const { clientSecret } = await findGoogleClient(io.env, { clientId, clientFile })
      await revokeToken({ clientId, clientSecret, endpoints, token: refreshToken ?? token }, { signal })
      revoked = true
    } catch {
      // Said below: it is forgotten here in any case.
    }
  }
  if (options.json) io.stdout.write(toJsonLine({ type: 'logout', provider: 'google', revoked }))
  else if (login === undefined) io.stderr.write('Nobody was signed in with Google.\n')
  else if (!options.quiet) {
    io.stdout.write('Signed out of Google.\n')
    if (!revoked) io.stderr.write('Google could not be told: what was given ends by itself, or in the account.\n')
  }
  return exitCodes.done
}

/** `gantry get-token --google`. */
export async function getGoogleToken({ io, options, signal }: Context): Promise<ExitCode> {
  const { token, expires } = await loginTokens(io.env)({ signal })
  if (options.json) {
    io.stdout.write(toJsonLine({ type: 'token', token, expires: new Date(expires).toISOString() }))
    return exitCodes.done
  }
  io.stdout.write(`${token}\n`)
  if (!options.quiet) io.stderr.write(`expires ${formatTime(expires)}\n`)
  return exitCodes.done
}

async function byBrowser(context: Context, client: GoogleClient, flags: GoogleLoginFlags): Promise<Grant> {
  const { io, options, signal, style } = context
  const { signInByLoopback } = await import('@gantry/google/node')
  const onUrl = (url: string) => {
    if (options.json) {
      io.stdout.write(toJsonLine({ type: 'sign-in', url }))
      return
    }
    const port = new URL(new URL(url).searchParams.get('redirect_uri') ?? url).port
    io.stderr.write(`${style.stderr.bold('Open this page in a browser to sign in:')}\n\n${url}\n\n`)
    if (io.env['SSH_CONNECTION'] !== undefined) {
      io.stderr.write(
        `The browser has to reach this machine: from yours, ssh -L ${port}:127.0.0.1:${port} ... first` +
          `${flags.port === undefined ? ', and --port to choose the number' : ''}.\n`,
      )
    }
    io.stderr.write(`${style.stderr.dim('Waiting for the browser; Ctrl-C stops.')}\n`)
  }
  const { port, keep } = flags
  return await signInByLoopback({ ...client, onUrl, port, offline: keep }, { signal })
}

async function byDevice({ io, options, signal, style }: Context, client: GoogleClient): Promise<Grant> {
  const { signInByDevice } = await import('@gantry/google/node')
  const onCode = ({ userCode, verificationUri, verificationUriComplete, expires }: DeviceCode) => {
    if (options.json) {
      const until = new Date(expires).toISOString()
      io.stdout.write(
        toJsonLine({
          type: 'sign-in',
          url: verificationUri,
          code: userCode,
          completeUrl: verificationUriComplete,
          expires: until,
        }),
      )
      return
    }
    const { bold, dim } = style.stderr
    io.stderr.write(`Open on any device:  ${bold(printable(verificationUri))}\n`)
    io.stderr.write(`and enter the code:  ${bold(printable(userCode))}\n\n`)
    io.stderr.write(`${dim(`Waiting until ${formatTime(expires)}; Ctrl-C stops.`)}\n`)
  }
  return await signInByDevice({ ...client, onCode }, { signal })
}

function completed({ endpoints }: GoogleClient) {
  const { issuer = '', authorization = '', token = '', device = '', revocation = '' } = endpoints ?? {}
  return { issuer, authorization, token, device, revocation }
}
