import { type ErrorCode, isGantryError } from '@gantry/core'
import type { JobResult, Journal } from '@gantry/transfer'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodeOfAll, exitCodes } from '../../exit-code.ts'
import type { Settlement } from '../../jobs/run-job.ts'
import { printable } from '../../render/text.ts'
import { UsageError } from '../../usage-error.ts'
import { askPassword } from './ask-password.ts'
import type { OpenedCloud } from './open-cloud.ts'

/** Ids of a study that was written to. */
export interface Sent {
  readonly institute: string
  readonly study: string
}

export interface SignOff {
  readonly context: Context
  readonly opened: OpenedCloud
  readonly structure: 'flat' | 'hierarchical'
  /** By folder. */
  readonly sent: ReadonlyMap<string, Sent>
  /** Makes the study of a file one of those, where an earlier run sent it. */
  readonly find: (path: string) => Promise<void>
}

interface Reason {
  readonly code: ErrorCode
  readonly why: string
}

interface Unsigned {
  readonly folder: string
  readonly code: ErrorCode | 'incomplete'
  readonly why: string
}

/** Signs off each study whose files are all there, and says of the others why they were not. */
export async function signOff(
  { context, opened, structure, sent, find }: SignOff,
  journal: Journal,
  { phase }: JobResult,
): Promise<Settlement> {
  if (phase !== 'completed')
    return settlement([], [], exitCodes.done, 'Nothing was signed off, because the upload has not ended.')
  const incomplete = new Set<string>()
  for await (const { path, target } of journal.failures()) {
    // What was refused has no place; where it would go is written in NFC.
    const folder = studyFolder(target === '' ? path.normalize('NFC') : target, structure)
    if (folder !== 'files') incomplete.add(folder)
  }
  for await (const target of arrived(journal)) {
    const folder = studyFolder(target, structure)
    if (folder !== 'files' && !sent.has(folder) && !incomplete.has(folder)) await find(target)
  }
  const unsigned: Unsigned[] = [...incomplete].map((folder) => ({
    folder,
    code: 'incomplete',
    why: 'not all of its files are there',
  }))
  const signed: string[] = []
  const codes = new Set<ErrorCode>()
  let sign: ((study: Sent) => Promise<void>) | undefined
  /** Why none can be signed off. */
  let over: Reason | undefined
  for (const [folder, study] of sent) {
    if (incomplete.has(folder)) continue
    const reason = over ?? (await reasonAgainst(async () => await (sign ??= await signerOf(context, opened))(study)))
    if (reason === undefined) {
      signed.push(folder)
      continue
    }
    codes.add(reason.code)
    unsigned.push({ folder, ...reason })
    // A password that is wrong is not sent again for each of them; what keeps one study says nothing of the next.
    if (sign === undefined || reason.code === 'unauthenticated') over = reason
  }
  return settlement(signed, unsigned, exitCodeOfAll(codes))
}

/** Of a path that is sent; files that lie beside studies belong to the folder that they lie in. */
function studyFolder(path: string, structure: SignOff['structure']): string {
  const segments = path.replace(/^\.\//u, '').split('/')
  if (segments[0] === 'files') return 'files'
  const depth = structure === 'flat' ? 2 : 3
  return segments.slice(0, Math.min(depth, segments.length - 1)).join('/')
}

async function* arrived(journal: Journal): AsyncGenerator<string, void, undefined> {
  for await (const { target } of journal.receipts()) yield target
  for await (const { target } of journal.same()) yield target
}

async function signerOf(context: Context, { cloud, login }: OpenedCloud): Promise<(study: Sent) => Promise<void>> {
  const username = login?.username ?? (await cloud.introspect()).sub
  const asks = login === undefined || context.io.interactive
  const password = asks ? await askPassword(context, username) : login.password
  const body = { username, password, electronicRecordState: 'submitted' }
  return async (study) => await cloud.setRecordState(study, body)
}

/** Why something could not be done; nothing if it was. */
async function reasonAgainst(work: () => Promise<void>): Promise<Reason | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}

function reasonOf(error: unknown): Reason {
  if (error instanceof UsageError) return { code: 'invalid', why: error.message }
  if (!isGantryError(error)) throw error
  const { code, message } = error
  if (code === 'unauthenticated')
    return { code, why: 'the cloud did not take the password, which it wants once more for that' }
  if (code === 'permission_denied')
    return { code, why: 'this user may not sign it off: ask the owner of the project for that' }
  return { code, why: message }
}

function settlement(
  signed: readonly string[],
  unsigned: readonly Unsigned[],
  exit: ExitCode,
  ...lines: string[]
): Settlement {
  const left = unsigned.map(({ folder, why }) => `  ${printable(folder)}: ${why}`)
  return {
    exit,
    lines: [
      ...lines,
      ...(signed.length > 0 ? [`Signed off: ${signed.length} ${signed.length === 1 ? 'study' : 'studies'}`] : []),
      ...(left.length > 0 ? ['Not signed off:', ...left] : []),
    ],
    json: { type: 'sign-off', signed, unsigned },
  }
}
