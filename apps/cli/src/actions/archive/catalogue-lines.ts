import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'

import { checkCatalogue, checkLines, exportCatalogue, importCatalogue } from '@gantry/catalogue'
import { GantryError } from '@gantry/core'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import type { CatalogueFlags } from '../../options/catalogue-option.ts'
import { isDenied } from '../../is-denied.ts'
import { formatCount } from '../../render/amounts.ts'
import { toJsonLine } from '../../render/json.ts'
import { UsageError } from '../../usage-error.ts'
import { wayOn, withCatalogue } from './open-catalogue.ts'
import { writeExport } from './write-export.ts'

export interface ExportFlags extends CatalogueFlags {
  readonly patients?: boolean
}

export type ImportFlags = CatalogueFlags

/** `gantry catalogue export`. */
export async function exportLines(context: Context, file: string | undefined, flags: ExportFlags): Promise<ExitCode> {
  const { io, signal } = context
  return await withCatalogue(
    context,
    flags,
    async (catalogue) => {
      const lines = exportCatalogue(catalogue, { patients: flags.patients === true })
      if (file === undefined || file === '-') {
        for await (const line of lines) {
          signal.throwIfAborted()
          io.stdout.write(toJsonLine(line))
          await io.stdout.ready()
        }
        return exitCodes.done
      }
      const texts = async function* () {
        for await (const line of lines) yield toJsonLine(line)
      }
      await writeExport(resolve(io.cwd, file), texts(), signal)
      return exitCodes.done
    },
    { existing: true },
  )
}

/** `gantry catalogue import`: all of it, or nothing. */
export async function importLines(context: Context, file: string, flags: ImportFlags): Promise<ExitCode> {
  const { io, options } = context
  const path = resolve(io.cwd, file)
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (isDenied(cause)) throw new GantryError('permission_denied', 'This user may not read the file.', { cause })
    throw new UsageError('There is no such file.')
  })
  if (!found.isFile()) throw new UsageError('That is no file: what is imported is read twice, so it has to be one.')
  // Before a catalogue is made.
  const { whole } = await checkLines(linesOf(path))
  if (!whole) {
    io.stderr.write('It is of an older version, which does not say where the end is: look whether all of it came.\n')
  }
  return await withCatalogue(context, flags, async (catalogue) => {
    const imported = await importCatalogue(catalogue, linesOf(path))
    if (options.json) io.stdout.write(toJsonLine({ type: 'result', ...imported, exit: exitCodes.done }))
    else if (!options.quiet) io.stdout.write(`Imported ${formatCount(imported.receipts)} receipts\n`)
    return exitCodes.done
  })
}

async function* linesOf(path: string): AsyncGenerator<string, void, undefined> {
  const input = createReadStream(path, 'utf8')
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  } catch (cause) {
    if (isDenied(cause as NodeJS.ErrnoException))
      throw new GantryError('permission_denied', 'This user may not read the file.', { cause })
    throw cause
  } finally {
    input.destroy()
  }
}

/** `gantry catalogue check`. */
export async function checkSound(context: Context, flags: ImportFlags): Promise<ExitCode> {
  const { io, options } = context
  return await withCatalogue(
    context,
    flags,
    async (catalogue) => {
      const problems = await checkCatalogue(catalogue)
      for (const problem of problems) {
        const asJson = { type: 'problem', ...problem }
        io.stdout.write(options.json ? toJsonLine(asJson) : `${formatCount(problem.count)}  ${problem.what}\n`)
      }
      const exit = problems.length === 0 ? exitCodes.done : exitCodes.failed
      if (options.json) io.stdout.write(toJsonLine({ type: 'result', problems: problems.length, exit }))
      else if (problems.length > 0) io.stderr.write(`${wayOn}\n`)
      else if (!options.quiet) io.stdout.write('The catalogue is sound\n')
      return exit
    },
    { existing: true, ofFile: true },
  )
}
