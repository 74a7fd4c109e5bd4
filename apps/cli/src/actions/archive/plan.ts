import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'

import {
  Amounts,
  defaultPrices,
  type Estimate,
  estimate,
  Gathered,
  linesFor,
  type Packing,
  packingOf,
  parsePriceTable,
  type PriceLine,
  type PriceTable,
} from '@gantry/catalogue'
import { GantryError, isGantryError } from '@gantry/core'
import { defaultShardSize } from '@gantry/w3up'

import { loadConfig } from '../../config/load-config.ts'
import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { type SelectionFlags, toSelection } from '../../options/selection-options.ts'
import { namedIn } from '../../places/missing-images.ts'
import { openPlaces } from '../../places/open-places.ts'
import { selectEntries } from '../../places/select-entries.ts'
import { parseGiven } from '../../places/store-options.ts'
import { formatBytes, formatCount, formatDays } from '../../render/amounts.ts'
import { toJsonLine } from '../../render/json.ts'
import { planChart, planTable } from '../../render/plan.ts'
import { UsageError } from '../../usage-error.ts'

export interface PlanFlags extends SelectionFlags {
  /** Milliseconds since the epoch. */
  readonly retain?: number
  readonly all?: boolean
  readonly prices?: string
  readonly printPrices?: boolean
  readonly option?: readonly string[]
}

/** A class that it could go to. */
export interface Choice extends Estimate {
  readonly remote: string
}

const day = 86_400_000

/** `gantry plan`. */
export async function plan(context: Context, source: string | undefined, flags: PlanFlags): Promise<ExitCode> {
  const { io, options, style } = context
  const table = await readPrices(context, flags.prices)
  if (flags.printPrices === true) {
    // As a file for `--prices`, which has no place for a type.
    io.stdout.write(options.json ? toJsonLine(table) : `${JSON.stringify(table, undefined, 2)}\n`)
    return exitCodes.done
  }
  if (source === undefined) throw new UsageError('Of what? gantry plan <source> --retain 7y')
  const { candidates, unpriced, hasRemotes } = await candidatesOf(context, table, flags.all === true)
  const asked = candidates.map(({ line }) => line)
  const { amounts, gathered } = await measure(context, source, asked, flags)
  const amountsAt = ({ packing, shardSize }: Candidate) =>
    packing === 'entries' ? amounts : gathered.amounts(asked, packing, shardSize)
  const days = flags.retain === undefined ? 365.25 : (flags.retain - Date.now()) / day
  const choices: Choice[] = candidates
    .map((candidate) => ({ remote: candidate.remote, ...estimate(candidate.line, amountsAt(candidate), days) }))
    .sort((a, b) => a.total - b.total)
  if (options.json) {
    const { objects, bytes, writes } = amounts
    for (const { line, ...choice } of choices) {
      const { id, tier, currency, date, source: from, note } = line
      io.stdout.write(toJsonLine({ type: 'choice', ...choice, line: id, tier, currency, date, source: from, note }))
    }
    io.stdout.write(
      toJsonLine({ type: 'result', objects, bytes, requests: writes, days, unpriced, exit: exitCodes.done }),
    )
    return exitCodes.done
  }
  const what = `${formatCount(amounts.objects)} objects, ${formatBytes(amounts.bytes)}`
  io.stdout.write(`${what}, kept for ${formatDays(days)}\n\n`)
  if (!hasRemotes) io.stdout.write('No remotes are configured: all prices are shown.\n\n')
  if (choices.length > 0) {
    const { isTerminal } = io.stdout
    const columns = isTerminal ? io.stdout.columns : undefined
    const drawn = planTable(choices, style.stdout, columns)
    io.stdout.write(`${drawn}\n\n${planChart(choices, isTerminal, columns)}\n`)
  }
  for (const name of unpriced)
    io.stdout.write(
      `No price is known of ${name}: write the table with --print-prices, add a line with "remote": "${name}", and give it with --prices\n`,
    )
  io.stdout.write(`\nPrices as of ${dates(choices)}; what you pay may differ: gantry plan --print-prices\n`)
  return exitCodes.done
}

function dates(choices: readonly Choice[]): string {
  const all = choices.map(({ line }) => line.date).sort()
  const [first = 'no day', last = first] = [all[0], all.at(-1)]
  return first === last ? first : `${first} to ${last}`
}

async function readPrices({ io }: Context, file: string | undefined): Promise<PriceTable> {
  if (file === undefined) return defaultPrices
  const text = await readFile(resolve(io.cwd, file), 'utf8').catch((cause: unknown) => {
    throw new UsageError('The table of prices cannot be read.', { cause })
  })
  try {
    return parsePriceTable(text)
  } catch (error) {
    throw isGantryError(error) ? new UsageError(error.message, { cause: error }) : error
  }
}

interface Candidate {
  readonly remote: string
  readonly line: PriceLine
  readonly packing: Packing
  readonly shardSize: number
}

const asEntries = { packing: 'entries', shardSize: defaultShardSize } as const

function shardSizeOf(url: string, given: Readonly<Record<string, unknown>>): number {
  const size = Number(given['shardSize'] ?? /[?&]shardSize=(\d+)/u.exec(url)?.[1])
  return Number.isFinite(size) && size > 0 ? size : defaultShardSize
}

/** Each class of each remote; where there are no remotes, each line. */
async function candidatesOf(
  { io, options }: Context,
  { lines }: PriceTable,
  all: boolean,
): Promise<{
  readonly candidates: readonly Candidate[]
  readonly unpriced: readonly string[]
  readonly hasRemotes: boolean
}> {
  const { remotes } = await loadConfig(io.cwd, io.env, options.config)
  const named = Object.entries(remotes)
  if (all || named.length === 0) {
    const candidates = lines.map((line) => ({ remote: line.remote ?? line.id, line, ...asEntries }))
    return { candidates, unpriced: [], hasRemotes: named.length > 0 }
  }
  const candidates: Candidate[] = []
  const unpriced: string[] = []
  for (const [name, remote] of named) {
    const { url, options: given = {} } = typeof remote === 'string' ? { url: remote } : remote
    const found = linesFor(lines, { name, url, endpoint: 'endpoint' in given || url.includes('endpoint=') })
    if (found.length === 0) unpriced.push(name)
    const packed = { packing: packingOf(url), shardSize: shardSizeOf(url, given) }
    candidates.push(...found.map((line) => ({ remote: name, line, ...packed })))
  }
  return { candidates, unpriced, hasRemotes: true }
}

async function measure(
  context: Context,
  source: string,
  lines: readonly PriceLine[],
  flags: PlanFlags,
): Promise<{ readonly amounts: Amounts; readonly gathered: Gathered }> {
  const { signal } = context
  const places = await openPlaces(context)
  const place = await places.openExisting(source, parseGiven(flags.option ?? []))
  const amounts = new Amounts(lines)
  const gathered = new Gathered()
  try {
    const selection = toSelection(flags, place.entry)
    const named = await namedIn(selection)
    for await (const entry of selectEntries(place.store, selection, { signal, named })) {
      const size = entry.size ?? (await place.store.stat(entry.path, { signal })).size
      amounts.add(size ?? 0)
      gathered.add(entry, size ?? 0)
    }
    const [missing] = named?.missing() ?? []
    if (missing !== undefined) throw new GantryError('not_found', missing.message, { path: missing.path })
    return { amounts, gathered }
  } finally {
    await place.store.close()
  }
}
