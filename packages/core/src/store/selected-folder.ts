import { compileGlob } from './glob.ts'
import type { Selection } from './selection.ts'

/**
 * Whether anything at any depth below a folder can be selected, as far as that is plain: for drivers, which need not look
 * into the others.
 */
export function mayHold({ include, exclude = [] }: Selection): (folder: string) => boolean {
  // Any other pattern could leave something over.
  const whole = exclude.filter((pattern) => pattern === '**' || pattern.endsWith('/**'))
  const excluded = whole.map((pattern) => compileGlob(pattern))
  const included = include?.map((pattern) => mayMatchBelow(pattern))
  return (folder) =>
    !excluded.some((glob) => glob(`${folder}/x`)) && (included === undefined || included.some((one) => one(folder)))
}

/** By the segments before the first that is not plain. */
function mayMatchBelow(pattern: string): (folder: string) => boolean {
  if (!pattern.includes('/')) return () => true
  const segments = pattern.split('/')
  const first = segments.findIndex((segment) => /[*?[\]{}\\!]/u.test(segment))
  const plain = first < 0 ? segments : segments.slice(0, first)
  return (folder) => {
    const names = folder.split('/')
    return plain.every((segment, index) => index >= names.length || segment === names[index])
  }
}
