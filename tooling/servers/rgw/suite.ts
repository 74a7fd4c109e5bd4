/** Debian suites whose Ceph the tests know how to run: the newest, the fallback for it, and a genuinely old one. */
export type RgwSuite = 'sid' | 'trixie' | 'bookworm'

export const rgwSuites: readonly RgwSuite[] = ['sid', 'trixie', 'bookworm']

export function isRgwSuite(text: string): text is RgwSuite {
  return (rgwSuites as readonly string[]).includes(text)
}
