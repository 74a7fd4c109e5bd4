/** Its code is loaded when it is needed: the viewer is most of the app. */
export const loadViewPage = async () => await import('./view-page.tsx')
