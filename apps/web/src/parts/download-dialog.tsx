export function DownloadDialog(_: { readonly what: { readonly kind: 'share' } | { readonly kind: 'studies'; readonly root: string; readonly studies: readonly string[] } }) {
  return null
}
