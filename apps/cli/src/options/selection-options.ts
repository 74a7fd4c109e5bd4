import type { Selection } from '@gantry/core'
import { type Command, InvalidArgumentError, Option } from 'commander'

import { withoutOwn } from '../places/archive-own.ts'
import { parseDay } from './amounts.ts'
import { split } from './collect.ts'
import { addGlobOptions } from './glob-options.ts'

/** What the selection flags were given, as commander names them. */
export interface SelectionFlags {
  readonly study?: readonly string[]
  readonly series?: readonly string[]
  readonly modality?: readonly string[]
  readonly since?: string
  readonly until?: string
  readonly ext?: readonly string[]
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
}

const heading = 'Which entries (repeat an option, or use commas, for several)'

/** The flags that say which entries; the same for every command that looks at many. */
export function addSelectionOptions(command: Command): Command {
  command.optionsGroup(`${heading}:`)
  command.addOption(new Option('--study <uid>', 'Study Instance UID').argParser(uids))
  command.addOption(new Option('--series <uid>', 'Series Instance UID').argParser(uids))
  command.addOption(new Option('--modality <code>', 'modality, such as CT').argParser(split))
  command.addOption(new Option('--since <date>', 'study date, else day of the file: YYYY-MM-DD or 7d').argParser(day))
  command.addOption(new Option('--until <date>', 'the last such day').argParser(day))
  command.addOption(new Option('--ext <extension>', 'file name extension, such as dcm').argParser(split))
  addGlobOptions(command, '"2026/**" or "*.dcm"')
  command.optionsGroup('Options:')
  return command.hook('preAction', () => {
    const { since, until } = command.opts<SelectionFlags>()
    if (since === undefined || until === undefined || since <= until) return
    command.error('error: --since is after --until, so that there is no day between them.')
  })
}

/**
 * The selection that the flags make; checked on, as everything from outside, where the job is made. What an archive keeps beside
 * its entries is left out, unless all is selected, also but for some, or it is named.
 */
export function toSelection(flags: SelectionFlags, prefix?: string): Selection {
  const { study, series, modality, since, until, ext, include, exclude } = flags
  return withoutOwn({
    ...(prefix !== undefined && { prefix }),
    ...(include !== undefined && { include: [...include] }),
    ...(exclude !== undefined && { exclude: [...exclude] }),
    ...(ext !== undefined && { extensions: ext.map((extension) => extension.replace(/^\./u, '').toLowerCase()) }),
    ...(study !== undefined && { studies: [...study] }),
    ...(series !== undefined && { series: [...series] }),
    ...(modality !== undefined && { modalities: modality.map((code) => code.toUpperCase()) }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  })
}

function uids(value: string, previous: readonly string[] | undefined): string[] {
  const all = split(value, previous)
  if (!all.every((uid) => /^[0-9.]{1,64}$/u.test(uid))) {
    throw new InvalidArgumentError('A UID consists of at most 64 digits and dots.')
  }
  return all
}

function day(value: string): string {
  return parseDay(value)
}
