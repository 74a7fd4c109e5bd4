import { type ErrorCode, isGantryError } from '@gantry/core'
import type { Signer, StudyPlace } from '@gantry/igt'
import type { JobResult, Journal } from '@gantry/transfer'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodeOfAll, exitCodes } from '../../exit-code.ts'
import type { Settlement } from '../../jobs/run-job.ts'
import { printable } from '../../render/text.ts'
import { UsageError } from '../../usage-error.ts'
import { askPassword } from './ask-password.ts'
import type { OpenedCloud } from './open-cloud.ts'

export interface SignOff {
  readonly context: Context
  readonly opened: OpenedCloud
  readonly structure: 'flat' | 'hierarchical'
  /** Studies that were written to, by folder. */
  readonly sent: ReadonlyMap<string, StudyPlace>
  /** Makes the study of a file one of those, where an earlier run sent it. */
  readonly find: (path: string) => Promise<void>
}

interface Unsigned {
  readonly folder: string
  readonly code: ErrorCode | 'incomplete'
  readonly why: string
}

/**
 * Signs off each study whose files are all there, and says of the others why they were not. Those that the cloud has as signed off
 * are left as they are: a run that was broken off before it could tell of a sign-off changes nothing.
 */
export async function signOff(
  { context, opened, structure, sent, find }: SignOff,
  journal: Journal,
  { phase }: JobResult,
): Promise<Settlement> {
  if (phase !== 'completed')
    return settlement(
      { signed: [], before: [], unsigned: [] },
      exitCodes.done,
      'Nothing was signed off, because the upload has not ended.',
    )
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
  const [signed, before]: [string[], string[]] = [[], []]
  const codes = new Set<ErrorCode>()
  let credentials: ReturnType<Signer> | undefined
  /** A password that was wrong is not sent again for each of them; what keeps one study says nothing of the next. */
  let refused: unknown
  const signer = async () => {
    if (refused !== undefined) throw refused
    return await (credentials ??= credentialsOf(context, opened))
  }
  for (const [folder, study] of sent) {
    if (incomplete.has(folder)) continue
    try {
      const isNew = await opened.cloud.signOff(study, signer)
      ;(isNew ? signed : before).push(folder)
    } catch (error) {
      const reason = reasonOf(error, credentials !== undefined)
      codes.add(reason.code)
      unsigned.push({ folder, ...reason })
      if (reason.code === 'unauthenticated') refused = error
    }
  }
  return settlement({ signed, before, unsigned }, exitCodeOfAll(codes))
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

async function credentialsOf(context: Context, { cloud, login }: OpenedCloud): ReturnType<Signer> {
  const username = login?.username ?? (await cloud.introspect()).sub
  const asks = login === undefined || context.io.interactive
  return { username, password: asks ? await askPassword(context, username) : login.password }
}

function reasonOf(error: unknown, isAsked: boolean): { readonly code: ErrorCode; readonly why: string } {
  if (error instanceof UsageError) return { code: 'invalid', why: error.message }
  if (!isGantryError(error)) throw error
  const { code, message } = error
  if (code === 'unauthenticated' && isAsked)
    return { code, why: 'the cloud did not take the password, which it wants once more for that' }
  if (code === 'permission_denied')
    return { code, why: 'this user may not sign it off: ask the owner of the project for that' }
  return { code, why: message }
}

interface Outcome {
  readonly signed: readonly string[]
  readonly before: readonly string[]
  readonly unsigned: readonly Unsigned[]
}

function settlement(outcome: Outcome, exit: ExitCode, ...lines: readonly string[]): Settlement {
  const { signed, before, unsigned } = outcome
  const left = unsigned.map(({ folder, why }) => `  ${printable(folder)}: ${why}`)
  const counted = (label: string, { length }: readonly string[]) =>
    length === 0 ? [] : [`${label}: ${length} ${length === 1 ? 'study' : 'studies'}`]
  return {
    exit,
    lines: [
      ...lines,
      ...counted('Signed off', signed),
      ...counted('Signed off before', before),
      ...(left.length > 0 ? ['Not signed off:', ...left] : []),
    ],
    json: { type: 'sign-off', ...outcome },
  }
}
