import { GantryError } from '@gantry/core/driver'
import { isPrivateRoad } from '@gantry/http'

/**
 * Where a service is, without a slash at its end. Images and tokens travel to and from it, so it is reached over TLS or
 * within this machine, unless `insecure` says otherwise; and nothing of it may be a secret, because it is shown.
 */
export function checkRoot(text: string, insecure: boolean): string {
  const url = URL.parse(text)
  const secret = url === null || `${url.username}${url.password}` !== '' || /[?#]/u.test(text)
  const open = insecure && url?.protocol === 'http:'
  if (secret || !(open || isPrivateRoad(url))) {
    throw new GantryError(
      'invalid',
      'A DICOMweb service is named by a URL such as https://pacs.example.org/dicom-web, without user, query and fragment; http: for loopback only, or with the option "insecure".',
    )
  }
  return url.href.replace(/\/+$/u, '')
}
