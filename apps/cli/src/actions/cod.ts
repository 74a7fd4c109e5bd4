import { checkCod, type CheckedSeries, type CodProblem, repairCod, type SeriesName } from '@gantry/cod'
import { checkPath, GantryError } from '@gantry/core'
import { nodeHashing } from '@gantry/transfer'

import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { givenUrl } from '../places/builtin-adapters.ts'
import { openPlaces } from '../places/open-places.ts'
import { parseGiven } from '../places/store-options.ts'
import { formatBytes } from '../render/amounts.ts'
import { codExplanations } from '../render/cod-explanations.ts'
import { toJsonLine } from '../render/json.ts'
import { printable } from '../render/text.ts'
import { UsageError } from '../usage-error.ts'

interface StoreFlags {
  readonly option?: readonly string[]
}

export interface CheckFlags extends StoreFlags {
  readonly study?: readonly string[]
  readonly series?: readonly string[]
}

export interface RepairFlags extends StoreFlags {
  readonly breakLock?: boolean
  readonly force?: boolean
}

/** `gantry cod check`: done only if everything that is recorded is there, as it was recorded. */
export async function checkPlace(context: Context, place: string, flags: CheckFlags): Promise<ExitCode> {
  const { io, options, signal, style } = context
  const store = await openGiven(context, place, flags)
  const total = { series: 0, instances: 0, bytes: 0, errors: 0, warnings: 0 }
  const selection = {
    ...(flags.study !== undefined && { studies: flags.study }),
    ...(flags.series !== undefined && { series: flags.series }),
  }
  const unseen = new Set([...(flags.study ?? []), ...(flags.series ?? [])])
  try {
    for await (const result of checkCod(store, { ...selection, signal, hashing: nodeHashing })) {
      if (options.json) io.stdout.write(toJsonLine({ ...result }))
      else if (result.type === 'problem') io.stdout.write(`${problemLine(result, style.stdout)}\n`)
      if (result.type === 'series') add(total, result)
      for (const uid of [result.study, result.series]) unseen.delete(uid)
      await io.stdout.ready()
    }
  } finally {
    await store.close()
  }
  const [missing] = unseen
  if (missing !== undefined) {
    throw new GantryError('not_found', 'Nothing is there of this UID: check --study and --series.', { path: missing })
  }
  if (total.series === 0) {
    throw new GantryError('not_found', 'There is nothing to check: no series of cloud optimized DICOM lies here.')
  }
  const exit = total.errors === 0 ? exitCodes.done : exitCodes.failed
  if (options.json) io.stdout.write(toJsonLine({ type: 'result', ...total, exit }))
  else if (!options.quiet || total.errors > 0) {
    const { series, instances, bytes, errors, warnings } = total
    const found = `${count(series, 'series', 'series')}, ${count(instances, 'instance')} (${formatBytes(bytes)})`
    io.stdout.write(`Checked ${found}: ${count(errors, 'error')}, ${count(warnings, 'warning')}\n`)
  }
  return exit
}

const stillDamaged =
  'The tar is still cut off, or damaged, and gantry cod check goes on to tell of it. All that is recorded can be read: to have a sound tar, copy the series into another place, from cod+ to cod+'

/** `gantry cod repair`. */
export async function repairSeries(
  context: Context,
  place: string,
  name: SeriesName,
  flags: RepairFlags,
): Promise<ExitCode> {
  const { io, options, signal } = context
  checkPath(`${name.study}/${name.series}`)
  const store = await openGiven(context, place, flags)
  try {
    const { breakLock = false, force = false } = flags
    const repaired = await repairCod(store, name, { signal, breakLock, force, hashing: nodeHashing })
    const { instances, written, lost, passedOver, damaged, followed, lockBroken } = repaired
    if (options.json) io.stdout.write(toJsonLine({ type: 'result', ...repaired, exit: exitCodes.done }))
    else if (!options.quiet) {
      const lines = [`The series has ${count(instances, 'instance')}: ${count(written.length, 'record')} written anew`]
      if (lost.length > 0) lines.push(`${count(lost.length, 'record')} gave way to what the tar holds`)
      if (passedOver > 0)
        lines.push(`${count(passedOver, 'entry', 'entries')} of the tar passed over: no images of this series`)
      if (damaged) lines.push(stillDamaged)
      if (followed) lines.push(codExplanations['bytes-behind'])
      if (lockBroken) lines.push('The lock of another writer was removed')
      io.stdout.write(`${lines.join('\n')}\n`)
    }
    return exitCodes.done
  } finally {
    await store.close()
  }
}

/** The store that holds the tars, also where it is written as the COD store that it holds. */
async function openGiven(context: Context, place: string, { option = [] }: StoreFlags) {
  const places = await openPlaces(context)
  const { store } = await places.open(givenUrl(place), parseGiven(option))
  if (store.scheme !== 'cod') return store
  await store.close()
  throw new UsageError('This remote names the COD store: name the place that holds its tars.')
}

function problemLine({ severity, kind, study, series, key }: CodProblem, style: Context['style']['stdout']): string {
  const word = severity === 'error' ? style.red('error  ') : 'warning'
  const where = [study, series, ...(key === undefined ? [] : [key])].map((part) => printable(part)).join('/')
  return `${word}  ${where}  ${codExplanations[kind]}`
}

function add(
  total: Record<'series' | 'instances' | 'bytes' | 'errors' | 'warnings', number>,
  one: CheckedSeries,
): void {
  total.series += 1
  for (const key of ['instances', 'bytes', 'errors', 'warnings'] as const) total[key] += one[key]
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`
}
