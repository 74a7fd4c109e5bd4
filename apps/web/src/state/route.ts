/** Where somebody is in the app. */
export type Route =
  | { readonly page: 'view' | 'worklist' | 'shares' | 'signIn' }
  | {
      readonly page: 'share'
      /** All of it, with the secret behind its `#`. */
      readonly link: string
      /** The secret came in what browsers send: servers have been told it. */
      readonly sent?: true
    }

const pages = { '/worklist': 'worklist', '/shares': 'shares', '/sign-in': 'signIn' } as const

/** A `#` as mail programs write it, some of them twice over, or a key. */
const secret = /%(?:25)*23|\b1\.[\w-]{40}/u

/**
 * Mail and messengers write a slash or a query before the `#` of a link, or `%23` for it: such a link is mended. What is no
 * link is for whoever opens it to say.
 */
export function routeOf(url: string): Route {
  const { origin, pathname, search, hash } = new URL(url)
  if (pathname.startsWith('/s/') && pathname !== '/s/') {
    const [, id, inPath] = /^\/s\/([^/%]+)(?:%(?:25)*23([^/]*))?\/?$/u.exec(pathname) ?? []
    const link = id === undefined ? url : `${origin}/s/${id}${inPath === undefined ? hash : `#${inPath}`}`
    return { page: 'share', link, ...(secret.test(pathname + search) && { sent: true }) }
  }
  const page = pages[pathname as keyof typeof pages]
  return { page: page ?? 'view' }
}

export function pathOf(page: Exclude<Route['page'], 'share'>): string {
  return Object.entries(pages).find(([, name]) => name === page)?.[0] ?? '/'
}
