const key = 'gantry-signed-out'

/**
 * That somebody signed out, remembered by the tab: a hub of one's own machine would let them in again as soon as the page
 * is loaded. It says nothing of who it was.
 */
export const stayingOut = {
  get(): boolean {
    try {
      return sessionStorage.getItem(key) !== null
    } catch {
      // The browser keeps nothing of pages.
      return false
    }
  },
  set(out: boolean): void {
    try {
      if (out) sessionStorage.setItem(key, '')
      else sessionStorage.removeItem(key)
    } catch {
      // Then it lasts as long as the page.
    }
  },
}
