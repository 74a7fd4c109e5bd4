import { GantryError } from '@gantry/core/driver'

/** What the URL of a cloud names. */
export interface IgtUrl {
  /** Scheme, host and port. */
  readonly origin: string
  /** Absent: the URL stops short of a project. */
  readonly project: string | undefined
  /** Below which entries live; empty: all of the project. */
  readonly root: string
}

/**
 * `igt+https://host[:port]/project/institute/...`. A slash in the name of a project is written `%2F`, and a percent sign
 * `%25`; what follows is a path of the store, as it is.
 */
export function parseIgtUrl(url: string): IgtUrl {
  const [, origin, path = ''] = /^igt\+(https?:\/\/[^/?#@\s]+)(?:\/(.*))?$/su.exec(url) ?? []
  if (origin === undefined) {
    throw new GantryError(
      'invalid',
      'A project of an IGT cloud is named by a URL such as igt+https://igt-web.eu1.phsdp.com/My project/Hospital.',
    )
  }
  const trimmed = path.replace(/^\/+|\/+$/gu, '')
  const [name = '', ...rest] = trimmed.split('/')
  return { origin, project: name === '' ? undefined : decoded(name), root: rest.join('/') }
}

/** The URL of a project. */
export function igtUrl(origin: string, project: string): string {
  return `igt+${origin}/${project.replaceAll(/[%/?#]/gu, encodeURIComponent)}`
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
