import type { ErrorCode } from '@gantry/core'
import type { JournalFailure } from '@gantry/transfer'

import { formatCount } from './amounts.ts'
import type { Style } from './style.ts'
import { printable } from './text.ts'

export interface Failure {
  readonly path: string
  readonly code: ErrorCode
  readonly message: string
}

/**
 * Whether its job can never move it: a job is planned once, so what was refused while the source was listed, or is another by
 * now, is looked at anew by a new one alone.
 */
export function isOutOfPlan({ target, code }: Pick<JournalFailure, 'target' | 'code'>): boolean {
  return target === '' || code === 'precondition_failed'
}

/** How to have them tried again; so many of them are out of plan. */
export function renderRetry(failed: number, outOfPlan: number, resume: string): string {
  if (outOfPlan === 0) return `To try them again: ${resume}`
  if (outOfPlan === failed) return 'To try them again, run the same command again: it lists the source anew.'
  return `To try them again: ${resume}${butOutOfPlan(outOfPlan)}`
}

/** What going on with the job does not do. */
export function butOutOfPlan(outOfPlan: number): string {
  if (outOfPlan === 0) return ''
  const which = `${formatCount(outOfPlan)} of those that failed ${outOfPlan === 1 ? 'was' : 'were'} refused while the source was listed, or changed since`
  return `; but ${which}: only the same command again looks at that anew`
}

/** So many are listed at the end of a job; the rest is one command away. */
export const listedFailures = 20

/** Failures for people: code, path, and below what the message says to do. Equal messages are said once, at the end. */
export function renderFailures(failures: readonly Failure[], total: number, more: string, style: Style): string[] {
  const widest = Math.max(0, ...failures.map(({ code }) => code.length))
  const lines = failures.map(({ code, path }) => `  ${style.red(code.padEnd(widest))}  ${printable(path)}`)
  if (total > failures.length) lines.push(`  … and ${formatCount(total - failures.length)} more: ${more}`)
  const messages = new Map<ErrorCode, Set<string>>()
  for (const { code, message } of failures) messages.set(code, (messages.get(code) ?? new Set()).add(message))
  for (const [code, texts] of messages) for (const text of texts) lines.push(`  ${code}: ${text}`)
  return lines
}
