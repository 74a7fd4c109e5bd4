import { GantryError } from '@gantry/core/driver'

/** The URL that `rootOf` makes the root of. */
export function urlOf(root: string): string {
  return root.replace(/^http(s?):/iu, (_, secure: string) => (secure === '' ? 'dicomweb+http:' : 'dicomweb:'))
}

/** The root that a store's URL names: `dicomweb://host[:port]/path` over TLS, `dicomweb+http://host:port/path` without. */
export function rootOf(url: string): string {
  const [, http, rest = ''] = /^dicomweb(\+http)?:\/\/([^?#@\s]+)$/u.exec(url) ?? []
  if (rest === '') {
    throw new GantryError(
      'invalid',
      'A DICOMweb store is named by a URL such as dicomweb://pacs.example.org/dicom-web; users and tokens go into the options.',
    )
  }
  if (/\/studies(?:\/|$)/u.test(rest)) {
    throw new GantryError(
      'invalid',
      'A DICOMweb store is all of a service: leave out what is behind its root, and select studies, series or instances.',
    )
  }
  return `${http === undefined ? 'https' : 'http'}://${rest}`
}
