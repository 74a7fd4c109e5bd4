/**
 * The URL without user and password, query and fragment, which may hold keys. A password may hold a `/`, as keys of S3
 * do; a port, which is all that else could follow a colon there, consists of digits.
 */
export function withoutSecrets(url: string): string {
  return url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)(?:[^/?#]*@|[^/?#@:]*:(?!\d*(?:[/?#]|$))[^?#]*@)/iu, '$1')
    .replace(/[?#].*$/su, '')
}
