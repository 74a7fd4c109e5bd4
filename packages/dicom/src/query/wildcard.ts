/**
 * Whether `text` fits a pattern in which `*` stands for any characters and `?` for one (PS3.4 C.2.2.2.4). Takes time in
 * proportion to the product of their lengths at most, whatever the pattern.
 */
export function fitsWildcard(pattern: string, text: string): boolean {
  const wanted = Array.from(pattern)
  const given = Array.from(text)
  let at = 0
  let star = -1
  let resume = 0
  for (let index = 0; index < given.length;) {
    if (wanted[at] === '*') {
      star = at
      resume = index
      at += 1
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[index])) {
      at += 1
      index += 1
    } else if (star >= 0) {
      // What the last star stands for grows by one: earlier stars need not be tried again.
      resume += 1
      index = resume
      at = star + 1
    } else {
      return false
    }
  }
  while (wanted[at] === '*') at += 1
  return at === wanted.length
}

export function hasWildcard(text: string): boolean {
  return /[*?]/u.test(text)
}
