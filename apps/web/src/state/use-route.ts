import { useCallback, useEffect, useState } from 'react'

import { say } from '../words/say.ts'
import { type PageName, pathOf, type Route, routeOf } from './route.ts'

/** Where somebody is, as the browser's address and title say it. */
export function useRoute(): { readonly route: Route; readonly go: (page: PageName) => void } {
  const [route, setRoute] = useState<Route>(() => routeOf(location.href))
  const go = useCallback((page: PageName) => {
    history.pushState(null, '', pathOf(page))
    setRoute({ page })
  }, [])

  useEffect(() => {
    const follow = () => setRoute(routeOf(location.href))
    addEventListener('popstate', follow)
    return () => removeEventListener('popstate', follow)
  }, [])
  useEffect(() => {
    document.title = titleOf(route.page)
    // As it is to be, not as it came: what is in a path is sent.
    if (route.page === 'share' && route.link !== location.href) history.replaceState(null, '', route.link)
  }, [route])
  return { route, go }
}

/** Of the page alone: what stands there is read over shoulders, and kept by the browser. */
function titleOf(page: Route['page']): string {
  return page === 'view' ? say('app.name') : say('app.title', { page: say(`page.${page}`) })
}
