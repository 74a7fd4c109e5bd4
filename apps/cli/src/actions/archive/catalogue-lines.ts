import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'

import { checkCatalogue, exportCatalogue, importCatalogue } from '@gantry/catalogue'
import { GantryError } from '@gantry/core'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import type { CatalogueFlags } from '../../options/catalogue-option.ts'
import { formatCount } from '../../render/amounts.ts'
import { toJsonLine } from '../../render/json.ts'
import { UsageError } from '../../usage-error.ts'
import { withCatalogue } from './open-catalogue.ts'

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
      if (file === undefined) {
        for await (const line of lines) {
          signal.throwIfAborted()
          io.stdout.write(toJsonLine(line))
          await io.stdout.ready()
        }
        return exitCodes.done
      }
      const handle = await open(resolve(io.cwd, file), 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === 'EEXIST') throw new UsageError('There is a file of that name already.')
        throw new GantryError('read_only', 'The file cannot be made: check its folder.', { cause })
      })
      try {
        for await (const line of lines) {
          signal.throwIfAborted()
          await handle.write(toJsonLine(line))
        }
        await handle.sync()
      } finally {
        await handle.close()
      }
      return exitCodes.done
    },
    { existing: true },
  )
}

const unreadable: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file.',
  EISDIR: 'That is a folder: name the file that gantry catalogue export has written.',
  EACCES: 'You may not read that file.',
}

/** `gantry catalogue import`. */
export async function importLines(context: Context, file: string, flags: ImportFlags): Promise<ExitCode> {
  const { io, options } = context
  const input = createReadStream(resolve(io.cwd, file), 'utf8')
  return await withCatalogue(context, flags, async (catalogue) => {
    try {
      const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
      const imported = await importCatalogue(catalogue, lines)
      if (options.json) io.stdout.write(toJsonLine({ type: 'result', ...imported, exit: exitCodes.done }))
      else if (!options.quiet) io.stdout.write(`Imported ${formatCount(imported.receipts)} receipts\n`)
      return exitCodes.done
    } catch (error) {
      const why = unreadable[(error as NodeJS.ErrnoException).code ?? '']
      if (why === undefined) throw error
      throw new UsageError(why, { cause: error })
    } finally {
      input.destroy()
    }
  })
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
      else if (problems.length === 0 && !options.quiet) io.stdout.write('The catalogue is sound\n')
      return exit
    },
    { existing: true, ofFile: true },
  )
}
