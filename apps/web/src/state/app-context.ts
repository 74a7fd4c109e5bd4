import { createContext, use } from 'react'

import type { Credential } from '../engine/model.ts'
import type { Engine } from '../engine/start-engine.ts'
import type { AppConfig } from './config.ts'
import type { Google } from './use-google.ts'
import type { PageName } from './route.ts'

/** What every page of the app is given. */
export interface App {
  readonly engine: Engine
  readonly config: AppConfig
  readonly signedIn: boolean
  /** Where the app is set up for it. */
  readonly google: Google | undefined
  readonly signIn: (credential: Credential) => Promise<void>
  readonly signOut: () => void
  readonly go: (page: PageName) => void
}

export const AppContext = createContext<App | undefined>(undefined)

export function useApp(): App {
  const app = use(AppContext)
  if (app === undefined) throw new TypeError('There is no app around this.')
  return app
}
