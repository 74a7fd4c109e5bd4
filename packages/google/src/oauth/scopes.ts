/** What is asked for. `openid` and `email` make the answer say who signed in. */
export const healthcareScope = 'https://www.googleapis.com/auth/cloud-healthcare'

/** To list projects; whoever is not given it can still name one. */
export const projectsScope = 'https://www.googleapis.com/auth/cloudplatformprojects.readonly'

export const defaultScopes: readonly string[] = ['openid', 'email', healthcareScope, projectsScope]

/** Of those that were asked for, what is needed and was not given: people can untick each on the page of consent. */
export function missingScopes(asked: readonly string[], given: readonly string[]): readonly string[] {
  return asked.filter((scope) => scope.startsWith('https://') && scope !== projectsScope && !given.includes(scope))
}
