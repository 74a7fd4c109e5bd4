import { type Command, Option } from 'commander'

import type { ExportFlags, ImportFlags } from '../actions/archive/catalogue-lines.ts'
import type { FindFlags, ListFlags, ShowFlags } from '../actions/archive/catalogue-lists.ts'
import { parseDay } from '../options/amounts.ts'
import { addCatalogueOption } from '../options/catalogue-option.ts'
import type { Perform } from './perform.ts'

const examples = `
Examples:
  gantry catalogue ls --sessions
  gantry catalogue find --modality CT --since 2026-01-01
  gantry catalogue export catalogue.jsonl
`

export function addCatalogue(program: Command, perform: Perform): void {
  const catalogue = program.command('catalogue').summary('look into what is archived').helpCommand(false)
  catalogue.description(
    'Looks into the catalogue of what gantry archive has stored: what is where, since when, until when.',
  )
  catalogue.addHelpText('after', examples)
  const lists = async () => await import('../actions/archive/catalogue-lists.ts')
  const lines = async () => await import('../actions/archive/catalogue-lines.ts')

  const list = catalogue.command('ls').summary('all studies; or sessions, places, or what happened')
  list.addOption(new Option('--sessions', 'sessions instead').conflicts(['locations', 'events']))
  list.addOption(new Option('--locations', 'places instead').conflicts('events'))
  list.option('--events', 'what happened, when, and who did it: the newest hundred')
  addCatalogueOption(list)
  list.action(async (flags: ListFlags) => {
    await perform(list, async (context) => await (await lists()).listCatalogue(context, flags))
  })

  const find = catalogue.command('find').summary('studies by date, modality or patient')
  find.description(
    'Lists studies of the catalogue by their date, a modality or the id of a patient. Exit code 1 says that there is none.',
  )
  find.addOption(new Option('--since <date>', 'first study date: YYYY-MM-DD or 7d').argParser((text) => parseDay(text)))
  find.addOption(new Option('--until <date>', 'the last such day').argParser((text) => parseDay(text)))
  find.option('--modality <code>', 'modality, such as CT')
  find.option('--patient <id>', 'Patient ID')
  addCatalogueOption(find)
  find.action(async (flags: FindFlags) => {
    await perform(find, async (context) => await (await lists()).findStudies(context, flags))
  })

  const show = catalogue.command('show').summary('where everything of it lies, since when and until when')
  show.argument('<what>', 'UID of a study, series or instance; session; CID; or SHA-256')
  addCatalogueOption(show)
  show.action(async (what: string, flags: ShowFlags) => {
    await perform(show, async (context) => await (await lists()).showTarget(context, what, flags))
  })

  const write = catalogue.command('export').summary('all of it, as lines of JSON; without keys')
  write.description(
    'Writes all that the catalogue knows as lines of JSON, for another catalogue or for the safe: gantry catalogue import reads them.',
  )
  write.argument('[file]', 'a new file, for its owner alone (default, and -: the output)')
  write.option(
    '--patients',
    'with ids and names of patients, and descriptions of studies; paths are always written as they are',
  )
  addCatalogueOption(write)
  write.action(async (file: string | undefined, flags: ExportFlags) => {
    await perform(write, async (context) => await (await lines()).exportLines(context, file, flags))
  })

  const read = catalogue.command('import').summary('add what another catalogue has exported')
  read.argument('<file>', 'what gantry catalogue export has written')
  addCatalogueOption(read)
  read.action(async (file: string, flags: ImportFlags) => {
    await perform(read, async (context) => await (await lines()).importLines(context, file, flags))
  })

  const check = catalogue.command('check').summary('whether the catalogue itself is sound')
  addCatalogueOption(check)
  check.action(async (flags: ImportFlags) => {
    await perform(check, async (context) => await (await lines()).checkSound(context, flags))
  })
}
