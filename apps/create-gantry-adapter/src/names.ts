/** What a new adapter is called, in each of the ways that code needs. */
export interface AdapterNames {
  /** Of the npm package, e.g. `@acme/gantry-my-store`. */
  readonly package: string
  /** In URLs and names of files, e.g. `my-store`. */
  readonly scheme: string
  /** Of the factory, e.g. `myStore`. */
  readonly factory: string
  /** Of types, e.g. `MyStore`. */
  readonly type: string
}

/** A name that cannot be used; the message says why, and what can. */
export class WrongName extends Error {}

const words = (text: string) => new Set(text.trim().split(/\s+/u))

/** Those of Gantry itself, and those that mean something to everybody. */
const taken = words(`
  memory file s3 gs browser bucket dicomweb hub cod igt car w3up ipfs share
  http https data blob javascript mailto ftp node
`)

/** What TypeScript would not have as the name of a function. */
const reserved = words(`
  arguments async await break case catch class const continue debugger default delete do else enum eval export extends
  false finally for function if implements import in instanceof interface let new null package private protected
  public return static super switch this throw true try typeof undefined var void while with yield
`)

/** What the template has names for already: its files, and all that stands in its code. */
const inTemplate = words(`
  abilities absent adapter after again answered as at base before body boolean bytes call chunk chunks clipRange
  codeOf codes compare concat condition conditional constructor contract defineAdapter describeStore digests driver
  end entry entryOf error expect filter find found from gather get head ifAbsent ifVersion index inMemory isAtOrBelow
  join key length list longestPath longestSegment map modified name now number object of one open openStore options
  order other page part path paths piecesOf place places prefix push put range read readonly remove reopen replace
  report scheme segment segments service set size slice sort split start startsWith stat status store strictObject
  string subarray summary test throwIfCancelled toEqual toMatchObject type unknown url v values version versions
  whole write z
`)

/** Names of the adapter that somebody called `name`, or `scheme` in URLs; throws `WrongName`. */
export function namesOf(name: string, given: { readonly scheme?: string } = {}): AdapterNames {
  if (!/^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/u.test(name) || name.length > 214) {
    throw new WrongName(
      `"${name}" is no name of an npm package: lower-case letters, digits, hyphens, and a scope if you like (@acme/my-store).`,
    )
  }
  const scheme =
    given.scheme ??
    name
      .replace(/^@[^/]*\//u, '')
      .replace(/^gantry-/u, '')
      .replaceAll(/[._]+/gu, '-')
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/u.test(scheme)) {
    throw new WrongName(
      `"${scheme}" is no scheme of URLs: a letter, then letters, digits and single hyphens, such as my-store. Say another with --scheme.`,
    )
  }
  const type = scheme
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
  const factory = type.charAt(0).toLowerCase() + type.slice(1)
  if (taken.has(scheme) || reserved.has(factory) || inTemplate.has(factory)) {
    throw new WrongName(`"${scheme}:" means something already. Say another with --scheme.`)
  }
  return { package: name, scheme, factory, type }
}
