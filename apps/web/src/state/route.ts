/** Where somebody is in the app. */
export type Route =
  | { readonly page: 'view' | 'worklist' | 'shares' | 'signIn' }
  | { readonly page: 'share'; readonly link: string }

const pages = { '/worklist': 'worklist', '/shares': 'shares', '/sign-in': 'signIn' } as const

/**
 * `link` is the whole secret, with what stands behind its `#`. Mail and messengers write a slash or a query before that, or
 * `%23` for it: such a link is mended. What is no link is for whoever opens it to say.
 */
export function routeOf(url: string): Route {
  const { origin, pathname, hash } = new URL(url)
  if (pathname.startsWith('/s/') && pathname !== '/s/') {
    const [, id, inPath] = /^\/s\/([^/%]+)(?:%23([^/]*))?\/?$/u.exec(pathname) ?? []
    if (id === undefined) return { page: 'share', link: url }
    return { page: 'share', link: `${origin}/s/${id}${inPath === undefined ? hash : `#${inPath}`}` }
  }
  const page = pages[pathname as keyof typeof pages]
  return { page: page ?? 'view' }
}

export function pathOf(page: Exclude<Route['page'], 'share'>): string {
  return Object.entries(pages).find(([, name]) => name === page)?.[0] ?? '/'
}
