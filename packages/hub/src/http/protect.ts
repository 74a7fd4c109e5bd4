/**
 * Headers that every answer carries: nothing of the hub runs, is framed, is guessed at, or leaves a referrer. A page of
 * the hub's own app brings its own policy.
 */
export function protect(headers: Headers, issuer: string, page: boolean): void {
  if (!page) {
    headers.set(
      'Content-Security-Policy',
      "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    )
  }
  headers.set('Referrer-Policy', 'no-referrer')
  headers.set('X-Content-Type-Options', 'nosniff')
  headers.set('X-Frame-Options', 'DENY')
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store')
  if (issuer.startsWith('https:')) headers.set('Strict-Transport-Security', 'max-age=31536000; includeSubDomains')
}
