import type { Call } from '@gantry/core/driver'
import { retrying } from '@gantry/http'

import { operations } from '../api/operations.ts'
import type { Session } from '../auth/session.ts'

/** Where a study is. */
export interface StudyPlace {
  readonly institute: string
  readonly study: string
}

/** Who signs: asked for only where something is to be signed. */
export type Signer = () => Promise<{ readonly username: string; readonly password: string }>

const signedOff = 'submitted'

/**
 * Signs a study off, once: the state that the cloud has for the study decides, and it alone, so that there is nothing between a
 * sign-off and its record that could be lost. An answer that did not come says nothing: the study is asked again.
 *
 * Resolves to whether it was signed here; `false`: it was before.
 */
export async function signOff(session: Session, path: StudyPlace, signer: Signer, call: Call): Promise<boolean> {
  let sent = false
  return await retrying(call, async () => {
    const { electronicRecordState } = await session.ask(operations.study, { path }, call)
    if (electronicRecordState === signedOff) return sent
    const body = { ...(await signer()), electronicRecordState: signedOff }
    sent = true
    await session.ask(operations.setRecordState, { path, body }, call)
    return true
  })
}
