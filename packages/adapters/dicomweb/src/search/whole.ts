import type { Page } from './read-page.ts'

/** One page, and how many matches it was asked to hold. */
export interface AskedPage extends Page {
  readonly size: number
}

/**
 * Whether a page holds the last matches, by itself: it is shorter than was asked for, says of no more, and is no page that a
 * service cuts at its own maximum. Such a maximum is a round number, and nothing but the number tells: asked for one more or
 * one less, a service that has as many answers the same. Where it has given a longer page (`widest`), it has no such maximum.
 */
export function isShort({ matches: { length }, warned, size }: AskedPage, widest: number): boolean {
  return !warned && length < size && (length < widest || !isMaximum(length))
}

/** Tens, and powers of two, are what programmers choose: fewer than ten are too few for a page. */
export function isMaximum(count: number): boolean {
  const powerOfTwo = (count & (count - 1)) === 0
  return count >= 10 && (count % 10 === 0 || count % 25 === 0 || powerOfTwo)
}

/**
 * Whether a page is the one before again, or that with what it had no room for: then the service takes no notice of the
 * offset. Behind other pages, one that grew tells nothing of those.
 */
export function isAgain(before: ReadonlySet<string>, now: ReadonlySet<string>, offset: number): boolean {
  return (now.size === before.size || before.size === offset) && Array.from(before).every((uid) => now.has(uid))
}
