/** What a URL can name: also longer than the standard allows, as some writers have them, but nothing that leads elsewhere. */
export function isUid(text: string): boolean {
  return text.length <= 128 && /^[\d.]+$/u.test(text) && /\d/u.test(text)
}
