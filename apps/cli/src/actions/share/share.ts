import type { SerializableWorkspace, Store } from '@gantry/core'
import {
  checkRecipient,
  type EnsureSourcesResult,
  type Gantry,
  type Result,
  type SharedMetadata,
  type Workspace,
} from '@gantry/share'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { countOf, entries, formatBytes, formatTime } from '../../render/amounts.ts'
import { listedFailures, renderFailures } from '../../render/failures.ts'
import { toJsonLine } from '../../render/json.ts'
import { hasColor } from '../../render/style.ts'
import { createMeter, type Meter } from '../../report/meter.ts'
import { UsageError } from '../../usage-error.ts'
import { findImages, type FindFlags, type FoundImages, nothingToShare } from './find-images.ts'
import { handOver } from './hand-over.ts'
import { newPassphrase, type PassphraseFlags } from './passphrase.ts'
import { openSharing, type Sharing } from './sharing.ts'

export interface ShareFlags extends FindFlags, PassphraseFlags {
  readonly title?: string
  /** Seconds. */
  readonly expires?: number
  readonly maxOpens?: number
  readonly tokenRequired?: boolean
  readonly to?: string
  readonly recipient?: readonly string[]
  readonly remember?: boolean
  readonly imagesOnly?: boolean
  /** False for `--no-qr`. */
  readonly qr: boolean
}

/** `gantry share`. */
export async function share(context: Context, named: readonly string[], flags: ShareFlags): Promise<ExitCode> {
  for (const recipient of flags.recipient ?? []) checkedRecipient(recipient)
  const { to: place, recipient: recipients, remember = false } = flags
  const besides = new Map<string, Store>()
  const sharing = await openSharing(context, { place, option: '--to', recipients, remember, besides })
  try {
    if (sharing.hub === undefined && (flags.expires ?? flags.maxOpens ?? flags.tokenRequired) !== undefined) {
      throw new UsageError(
        'Only a hub ends shares by itself and counts opens: share without --expires, --max-opens and --token-required, or through a hub.',
      )
    }
    const passphrase = await newPassphrase(context, flags)
    const meter = createMeter(context)
    try {
      const found = await findImages(context, named, flags, { to: sharing.place, besides, meter })
      try {
        return await shareFound(context, { sharing, found, passphrase, flags, meter })
      } finally {
        await found.close()
      }
    } finally {
      meter.end()
      if (context.signal.aborted && remember && !context.options.json) {
        context.io.stderr.write('Run it again to go on: what was sent is not sent again.\n')
      }
    }
  } finally {
    await sharing.close()
  }
}

interface Sharable {
  readonly sharing: Sharing
  readonly found: FoundImages
  readonly passphrase: string | undefined
  readonly flags: ShareFlags
  readonly meter: Meter
}

async function shareFound(context: Context, parts: Sharable): Promise<ExitCode> {
  const { found, sharing, passphrase, flags, meter } = parts
  const { leftOut, volumes, geometries } = found
  if (volumes.length + geometries.length + found.workspaces.length === 0) {
    meter.end()
    tellFailures(context, 'Left out:', leftOut)
    tellFailures(context, 'Not found:', found.missing)
    throw nothingToShare(found)
  }
  const { signal } = context
  const workspaces = await workspacesOf(sharing.gantry, parts)
  const { json, ensured } = await upload(sharing.gantry, workspaces, parts, context)
  const { expires, maxOpens, tokenRequired } = flags
  const terms = { passphrase, maxOpens, tokenRequired, expiresIn: expires }
  const shared = valueOf(await sharing.gantry.storage.uploadMetadata(json, { ...terms, signal }))
  meter.end()
  const left = found.missing.length + (flags.imagesOnly === true ? 0 : leftOut.length)
  const exit = left > 0 ? exitCodes.failed : exitCodes.done
  const ends = expires === undefined ? undefined : Date.now() + expires * 1000
  const { json: forPrograms, quiet } = context.options
  const amounts = amountsOf(workspaces, ensured)
  if (forPrograms) tellJson(context, parts, shared, amounts, ends, exit)
  else tell(context, parts, shared, amounts)
  if (!(await handOver(context, sharing.gantry, shared, flags.to))) return exitCodes.pipe
  if (!forPrograms && !quiet) await tellTerms(context, parts, shared, ends)
  return exit
}

/** What is shared: the workspaces that lie beside images, the first of them with what they do not name; else a new one. */
async function workspacesOf(gantry: Gantry, { found, flags }: Sharable): Promise<readonly Workspace[]> {
  const { volumes, geometries } = found
  const restored = valueOf(await gantry.workspace.loadFromSerialization(found.workspaces))
  const [first] = restored
  const title = flags.title === undefined ? {} : { title: flags.title }
  if (first === undefined) return [valueOf(await gantry.workspace.create(volumes, { geometries, ...title }))]
  for (const item of [...volumes, ...geometries]) first.add(item)
  for (const workspace of restored) workspace.update(title)
  return restored
}

async function upload(
  gantry: Gantry,
  workspaces: readonly Workspace[],
  { meter }: Sharable,
  { signal }: Context,
): Promise<{ json: readonly SerializableWorkspace[]; ensured: readonly EnsureSourcesResult[] }> {
  meter.begin('Encrypting and sending', 'part')
  const onProgress = (progress: { done: number; total: number }) => meter.update(progress)
  const ensured: Result<readonly EnsureSourcesResult[]> = await gantry.workspace.ensureSources(workspaces, {
    signal,
    onProgress,
  })
  const sources = valueOf(ensured)
  return { json: valueOf(await gantry.workspace.serialize(workspaces, { signal })), ensured: sources }
}

function tell(
  context: Context,
  { found, flags }: Sharable,
  { secret }: SharedMetadata,
  { volumes, geometries, files, bytes, sent }: Amounts,
): void {
  const { io, options, style } = context
  const { leftOut, missing, remarks } = found
  tellFailures(context, style.stderr.red('Not found:'), missing)
  if (options.quiet) {
    if (flags.imagesOnly !== true) tellFailures(context, style.stderr.red('Left out:'), leftOut)
    io.stdout.write(`${secret}\n`)
    return
  }
  tellFailures(context, 'Shared as volumes of their own:', remarks)
  tellFailures(context, flags.imagesOnly === true ? 'Left out:' : style.stderr.red('Left out:'), leftOut)
  const what = [
    volumes > 0 ? countOf(volumes, 'volume', 'volumes') : '',
    geometries > 0 ? countOf(geometries, 'geometry', 'geometries') : '',
  ].filter((text) => text !== '')
  const beside = found.workspaces.length > 0 ? ', with what workspace.json says of them' : ''
  const known = sent === bytes ? '' : sent === 0 ? ', all of it there already' : `, ${formatBytes(sent)} of it sent`
  io.stderr.write(
    `${style.stderr.green('Shared')} ${what.join(' and ')}: ${entries(files)}, ${formatBytes(bytes)}${known}${beside}\n`,
  )
  io.stdout.write(`${secret}\n`)
}

async function tellTerms(
  { io, style }: Context,
  { passphrase, flags }: Sharable,
  { secret }: SharedMetadata,
  ends: number | undefined,
): Promise<void> {
  const terms = [
    ends === undefined ? 'Until it is revoked' : `Until ${formatTime(ends)}`,
    flags.maxOpens === undefined ? '' : `opened ${countOf(flags.maxOpens, 'time', 'times')} at most`,
    passphrase === undefined ? 'whoever has this link can open it' : 'with the passphrase',
    flags.tokenRequired === true ? 'with an account of the hub' : '',
  ].filter((text) => text !== '')
  io.stderr.write(`${style.stderr.dim(terms.join('; '))}\n`)
  if (!flags.qr || !io.stdout.isTerminal || io.env['TERM'] === 'dumb') return
  const { renderQr } = await import('../../render/qr.ts')
  const code = renderQr(secret, io.stdout.columns, hasColor(io.stdout, io.env))
  if (code === undefined) io.stderr.write('The terminal is too narrow for a QR code.\n')
  else io.stdout.write(code)
}

function tellJson(
  { io }: Context,
  { found, passphrase, flags, sharing }: Sharable,
  { secret, id }: SharedMetadata,
  { volumes, geometries, files, bytes, sent }: Amounts,
  ends: number | undefined,
  exit: ExitCode,
): void {
  const { leftOut, missing, remarks } = found
  io.stdout.write(
    toJsonLine({
      type: 'share',
      secret,
      id,
      ...(sharing.hub !== undefined && { hub: sharing.hub }),
      ...(ends !== undefined && { expires: new Date(ends).toISOString() }),
      ...(flags.maxOpens !== undefined && { maxOpens: flags.maxOpens }),
      passphrase: passphrase !== undefined,
      volumes,
      geometries,
      entries: files,
      bytes,
      sent,
      leftOut,
      ...(missing.length > 0 && { missing }),
      remarks,
      exit,
    }),
  )
}

type Amounts = ReturnType<typeof amountsOf>

function amountsOf(workspaces: readonly Workspace[], ensured: readonly EnsureSourcesResult[]) {
  const files = ensured.flatMap(({ source }) => (source.kind === 'entries' ? source.entries : []))
  const sum = (sizes: readonly number[]) => sizes.reduce((all, size) => all + size, 0)
  return {
    volumes: sum(workspaces.map((one) => one.volumes.length)),
    geometries: sum(workspaces.map((one) => one.geometries.length)),
    files: files.length,
    bytes: sum(files.map(({ size }) => size)),
    sent: sum(ensured.map(({ bytes }) => bytes)),
  }
}

/** On stderr: what is shared is the result. */
function tellFailures({ io, options, style }: Context, heading: string, failures: FoundImages['leftOut']): void {
  if (failures.length === 0 || options.json) return
  const lines = renderFailures(failures.slice(0, listedFailures), failures.length, '--json lists all', style.stderr)
  io.stderr.write(`${[heading, ...lines].join('\n')}\n`)
}

export function valueOf<Value>(result: Result<Value>): Value {
  if (result.error !== undefined) throw result.error
  return result.value
}

function checkedRecipient(recipient: string): void {
  try {
    checkRecipient(recipient)
  } catch {
    throw new UsageError('A recipient is a public key of age: age1...')
  }
}
