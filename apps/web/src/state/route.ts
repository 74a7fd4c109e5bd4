/** Where somebody is in the app. */
export type Route =
  | { readonly page: 'view' | 'worklist' | 'shares' | 'signIn' }
  | { readonly page: 'share'; readonly link: string }

const pages = { '/worklist': 'worklist', '/shares': 'shares', '/sign-in': 'signIn' } as const

/** `link` is the whole secret, with what stands behind its `#`. */
export function routeOf(url: string): Route {
  const { pathname } = new URL(url)
  if (/^\/s\/[^/]+$/u.test(pathname)) return { page: 'share', link: url }
  const page = pages[pathname as keyof typeof pages]
  return { page: page ?? 'view' }
}

export function pathOf(page: Exclude<Route['page'], 'share'>): string {
  return Object.entries(pages).find(([, name]) => name === page)?.[0] ?? '/'
}
