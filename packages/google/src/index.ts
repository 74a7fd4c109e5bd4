export {
  answerPrompt,
  type AnswerChannel,
  browserPrompt,
  type PromptPopup,
  type PromptWindow,
} from './browser/browser-prompt.ts'
export {
  beginRedirect,
  type BrowserSignIn,
  browserSignIn,
  type BrowserSignInOptions,
  finishRedirect,
  type Prompt,
} from './browser/sign-in.ts'
export { discover } from './discovery/discover.ts'
export { type GoogleApi, googleApi, type GoogleApiOptions } from './discovery/google-api.ts'
export { listProjects, type ProjectsOptions } from './discovery/list-projects.ts'
export { listDatasets, listDicomStores, listLocations } from './discovery/list-resources.ts'
export { MissingPermission } from './discovery/missing-permission.ts'
export { type DicomwebPlace, healthcareAdapter, type HealthcarePorts } from './healthcare/healthcare-adapter.ts'
export { googleEndpoints, type SignInEndpoints } from './oauth/endpoints.ts'
export { type Grant } from './oauth/grant.ts'
export { refreshedTokens, revokeToken } from './oauth/refresh.ts'
export { defaultScopes, healthcareScope, projectsScope } from './oauth/scopes.ts'
export { type SignInOptions } from './oauth/sign-in-client.ts'
