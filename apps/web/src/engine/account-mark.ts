/**
 * What tells one account's things from another's in this browser, without its name: a hash of the hub and of the account
 * that the token says it is for. It proves nothing; the hub asks for the token itself.
 */
export async function accountMark(hub: string, token: string): Promise<string> {
  const bytes = new TextEncoder().encode(`${hub}\n${subjectOf(token) ?? token}`)
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return [...hash.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function subjectOf(token: string): string | undefined {
  try {
    const payload = atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))
    const { sub } = JSON.parse(payload) as { readonly sub?: unknown }
    return typeof sub === 'string' ? `account ${sub}` : undefined
  } catch {
    return undefined
  }
}
