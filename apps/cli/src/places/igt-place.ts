import { resolve } from 'node:path'

import type { Environment } from '../login/record.ts'

/** Scheme of what `gantry igt` records: a transfer that its own arguments describe, and no place. */
const ofJobs = 'igt-transfer+'

/**
 * How the record of a job of `gantry igt` names a project of the cloud: by all that says what is moved, and nothing that
 * opens it. Who logs in is said by the command alone.
 */
export function igtPlace(
  origin: string,
  { project, institute }: { readonly project: string; readonly institute: string },
  words: object,
): string {
  const path = [project, institute].map(encodeURIComponent).join('/')
  const query = Object.entries(words).filter(([, value]) => value !== undefined)
  return `${ofJobs}${origin}/${path}/${encodeURIComponent(JSON.stringify(query))}`
}

export function isIgtPlace(address: string): boolean {
  return address.startsWith(ofJobs)
}

export function isIgtUrl(url: string): boolean {
  return /^igt\+https?:/u.test(url)
}

/** Options for a project of the cloud that one is logged in to: its tokens, unless another way in is given. */
export async function withIgtLogin(
  url: string,
  given: Readonly<Record<string, unknown>>,
  env: Environment,
  /** What the path of a key is relative to. */
  folder: string,
): Promise<Readonly<Record<string, unknown>>> {
  if (!isIgtUrl(url) || given['login'] !== undefined) return given
  const { serviceFile } = given
  const options = typeof serviceFile === 'string' ? { ...given, serviceFile: resolve(folder, serviceFile) } : given
  const [{ environmentTokens, keptTokens }, { parseIgtUrl }] = await Promise.all([
    import('../login/igt-login.ts'),
    import('@gantry/igt'),
  ])
  const { origin } = parseIgtUrl(url)
  // What is named for this place goes before a session that somebody happens to have.
  const kept = serviceFile === undefined ? await keptTokens(env, origin) : undefined
  const login = environmentTokens(env) ?? kept
  return login === undefined ? options : { ...options, login }
}
