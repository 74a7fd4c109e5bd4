import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { GantryError } from '@gantry/core'
import type { IgtCloud, IgtInstitute } from '@gantry/igt'
import { replaceFile } from '@gantry/transfer'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { isDenied } from '../../is-denied.ts'
import { toJsonLine } from '../../render/json.ts'
import { type Arguments, type CloudFlags, nameAll } from './named.ts'
import { openCloud } from './open-cloud.ts'
import { type FilterFlags, findNamed, keepsDate, keepsType } from './selected.ts'
import { flattenStudy, formatTable, readTable, type Row, studyColumn } from './study-table.ts'

export interface CsvFlags extends CloudFlags, FilterFlags {
  readonly files?: boolean
  readonly append?: boolean
}

/** `gantry igt csv`: a table of studies, written anew as a whole. */
export async function csv(context: Context, given: Arguments, flags: CsvFlags): Promise<ExitCode> {
  const { io, options } = context
  const named = await nameAll(context, given, flags)
  const folder = resolve(io.cwd, named.folder)
  const found = await stat(folder).catch(() => undefined)
  if (found?.isDirectory() !== true) {
    throw new GantryError('not_found', 'The folder for the table is not there.', { path: folder })
  }
  const { cloud } = await openCloud(context, named, flags)
  try {
    const { project, institutes } = await findNamed(cloud, named)
    const [only] = institutes
    const name = named.institute === '*' ? project.name : (only?.id ?? '')
    // The name is the cloud's, and must not lead anywhere else.
    const path = join(folder, `cloud_${name.replaceAll(/[/\\:*?"<>|\p{Cc}]/gu, '_')}.csv`)
    const rows: Row[] = []
    for (const one of institutes) for await (const row of rowsOf(cloud, one, flags)) rows.push(row)
    const all = flags.append === true ? [...(await earlierRows(path, rows)), ...rows] : rows
    await writeTable(path, formatTable(all))
    if (options.json) io.stdout.write(toJsonLine({ type: 'result', path, rows: all.length, exit: exitCodes.done }))
    else if (!options.quiet) io.stdout.write(`${path}\n`)
    return exitCodes.done
  } finally {
    await cloud.logout().catch(() => {})
    cloud.close()
  }
}

/** A row a study, or with `--files` a row a file, of which an institute may have hundreds of thousands. */
async function* rowsOf(cloud: IgtCloud, { id }: IgtInstitute, flags: CsvFlags): AsyncGenerator<Row, void, undefined> {
  const [isOfDay, isOfType] = [keepsDate(flags), keepsType(flags)]
  for (const study of (await cloud.studies(id)).filter(isOfDay)) {
    const row = flattenStudy(study)
    const told = flags.files === true ? await cloud.studyFiles(id, study.studyDatabaseId, false) : undefined
    const files = (told?.files ?? []).filter(isOfType)
    if (files.length === 0) yield row
    for (const { fileName, fileSize } of files) yield { ...row, filename: fileName, filesize: String(fileSize) }
  }
}

/** Rows that are there, of studies that are not told anew. What is there and cannot be read is not written over. */
async function earlierRows(path: string, rows: readonly Row[]): Promise<Row[]> {
  const anew = new Set(rows.map((row) => row[studyColumn]))
  return readTable(await earlierTable(path), path).filter((row) => !anew.has(row[studyColumn]))
}

async function earlierTable(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    const error = cause as NodeJS.ErrnoException
    if (error.code === 'ENOENT') return new Uint8Array()
    const code = isDenied(error) ? 'permission_denied' : 'read_only'
    throw new GantryError(code, 'The table that is there cannot be read.', { path, cause })
  }
}

async function writeTable(path: string, text: string): Promise<void> {
  try {
    await replaceFile(path, text, { mode: 0o666 })
  } catch (cause) {
    throw new GantryError('read_only', 'The table cannot be written.', { path, cause })
  }
}
