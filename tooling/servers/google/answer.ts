import type { ServerResponse } from 'node:http'

const jsonHeaders = { 'content-type': 'application/json; charset=UTF-8', 'cache-control': 'no-store' }

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...jsonHeaders, ...headers }).end(JSON.stringify(body))
}

const names: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
}

/** `google.rpc.Status`, as Google's APIs answer over HTTP. */
export function rpcError(
  response: ServerResponse,
  status: number,
  message: string,
  info?: { readonly reason: string; readonly domain: string; readonly metadata?: Readonly<Record<string, string>> },
  headers: Readonly<Record<string, string>> = {},
): void {
  const details = info && [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', ...info }]
  const error = { code: status, message, status: names[status] ?? 'UNKNOWN', ...(details && { details }) }
  json(response, status, { error }, headers)
}

/** RFC 6749 5.2. */
export function oauthError(response: ServerResponse, status: number, error: string, description: string): void {
  json(response, status, { error, error_description: description })
}
