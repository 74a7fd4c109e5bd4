/** Pages that somebody can be led to. */
export type PageName = 'view' | 'worklist' | 'shares' | 'signIn'

/** Where somebody is in the app. */
export type Route =
  | { readonly page: PageName | 'nowhere' }
  | {
      readonly page: 'share'
      /** All of it, with the secret behind its `#`. */
      readonly link: string
      /** The secret came in what browsers send: servers have been told it. */
      readonly sent?: true
    }

const pages = {
  '/': 'view',
  '/index.html': 'view',
  '/worklist': 'worklist',
  '/shares': 'shares',
  '/sign-in': 'signIn',
} as const

/** A `#` as mail programs write it, some of them twice over, or a key. */
const secret = /%(?:25)*23|\b1\.[\w-]{40}/u

/** A whole key with something behind it that is no part of one: a full stop, a bracket, a blank, by itself or as `%20`. */
const keyAndMore = /^(#1\.[\w-]{43})(?![\w-]).+$/su

/**
 * Mail and messengers write a slash or a query before the `#` of a link, or `%23` for it, and what stood behind a link goes along with it: such a link
 * is mended. What is no
 * link is for whoever opens it to say.
 */
export function routeOf(url: string): Route {
  const { origin, pathname, search, hash } = new URL(url)
  if (pathname === '/s' || pathname.startsWith('/s/')) {
    const [, id, inPath] = /^\/s\/([^/%]+)(?:%(?:25)*23([^/]*))?\/?$/u.exec(pathname) ?? []
    const key = (inPath === undefined ? hash : `#${inPath}`).replace(keyAndMore, '$1')
    const link = id === undefined ? url : `${origin}/s/${id}${key}`
    return { page: 'share', link, ...(secret.test(pathname + search) && { sent: true }) }
  }
  return { page: pages[pathname as keyof typeof pages] ?? 'nowhere' }
}

export function pathOf(page: PageName): string {
  return Object.entries(pages).find(([, name]) => name === page)?.[0] ?? '/'
}
