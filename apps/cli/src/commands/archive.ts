import { type Command, Option } from 'commander'

import type { ArchiveFlags } from '../actions/archive/archive.ts'
import type { AuditFlags } from '../actions/archive/audit.ts'
import type { RestoreFlags } from '../actions/archive/restore.ts'
import { parseAge, parseBytes, parseCount, parseJobs, parseRetention } from '../options/amounts.ts'
import { addCatalogueOption, addArchivePassphrase } from '../options/catalogue-option.ts'
import { collect } from '../options/collect.ts'
import { addSelectionOptions } from '../options/selection-options.ts'
import { addLayoutOption, addPublicOption, addStoreOptions } from '../options/store-options.ts'
import type { Perform } from './perform.ts'

const archiveDescription =
  'Copies entries to where they are to be kept, as gantry copy does, and remembers them in a catalogue: what is where, since when, until when. Beside the data it writes manifests that the passphrase opens, so that all can be found again when this machine is lost. What is archived already is not sent again.'

const archiveExamples = `
Examples:
  gantry archive ./study s3://archive/2026 --to-option retention=governance --retain 7y --tier cold
  gantry archive ./study /mnt/shelf --session 2026-monday --verify
`

const restoreDescription =
  'Brings back what is missing or deleted of a study, a session or a CID, with the bytes that were archived and no others. What is there is left alone, and told where it has other bytes: run it as often as you like. Where the storage has frozen it, it is asked to thaw it first.'

const restoreExamples = `
Examples:
  gantry restore 1.2.840.1 ./study
  gantry restore 2026-monday ./study --from-manifests s3://archive/2026      the catalogue is lost
  gantry restore 1.2.840.1 ./study --wait                                    until Glacier has thawed it
`

export function addArchive(program: Command, perform: Perform): void {
  const command = program.command('archive').summary('copy images to where they are kept, and remember them')
  command.description(archiveDescription)
  command.argument('<source>', 'path, URL or remote')
  command.argument('<destination>', 'the same')
  command.addOption(
    new Option('--retain <time>', 'keep for 7y, 90d, or until 2033-12-31').argParser((text) => parseRetention(text)),
  )
  command.addOption(
    new Option(
      '--retain-by <who>',
      'who refuses to remove them before: the storage, or the catalogue by its word alone',
    )
      .choices(['storage', 'catalogue'])
      .default('storage'),
  )
  command.option('--tier <tier>', "hot, cool, cold or frozen, or the storage's own name for its class")
  command.option('--session <id>', 'what this is to be found by (default: a name of its own)')
  command.option('--by <name>', 'who does it (default: the user of this machine)')
  command.option('--no-manifest', 'write no manifests: without the catalogue, nothing can be found')
  addArchivePassphrase(command)
  addCatalogueOption(command)
  addLayoutOption(command)
  command.option('--overwrite', 'send all, whatever is there; but no other bytes over what is retained')
  command.option('--verify', 'read everything back at the end and compare')
  command.addOption(
    new Option('-j, --jobs <count>', 'entries at a time, or "auto"').argParser(parseJobs).default('auto'),
  )
  command.addOption(new Option('--bwlimit <rate>', 'bytes a second at most, such as 10M').argParser(parseBytes))
  addPublicOption(command)
  command.option('--new', 'begin afresh, where the same was begun and is not finished')
  addStoreOptions(command)
  addSelectionOptions(command)
  command.addHelpText('after', archiveExamples)
  command.action(async (source: string, destination: string, flags: ArchiveFlags) => {
    await perform(command, async (context) => {
      const { archive } = await import('../actions/archive/archive.ts')
      return await archive(context, source, destination, flags)
    })
  })
}

export function addRestore(program: Command, perform: Perform): void {
  const command = program.command('restore').summary('bring back what was archived').description(restoreDescription)
  command.argument('<what>', 'UID of a study, series or instance; session (of a hub: account/session); CID; or SHA-256')
  command.argument('<destination>', 'path, URL or remote; folders are made')
  command.option('--from <place>', 'take it from here, where it lies in several places')
  command.option('--overwrite', 'replace what is there with other bytes')
  command.option('--from-manifests <place>', 'first read what the manifests of this place tell into the catalogue')
  command.addOption(
    new Option('--wait [interval]', 'until the storage has thawed it; asks every 5m').argParser(parseAge),
  )
  command.addOption(
    new Option('--thaw-days <days>', 'how long thawed copies stay').argParser(parseCount(1, 365)).default(7),
  )
  command.addOption(
    new Option('--thaw-speed <speed>', 'costs more the faster it is')
      .choices(['fast', 'standard', 'bulk'])
      .default('standard'),
  )
  addArchivePassphrase(command)
  addCatalogueOption(command)
  addLayoutOption(command)
  command.addOption(
    new Option('-j, --jobs <count>', 'entries at a time, or "auto"').argParser(parseJobs).default('auto'),
  )
  command.addOption(new Option('--bwlimit <rate>', 'bytes a second at most, such as 10M').argParser(parseBytes))
  command.addOption(new Option('--to-option <key=value>', 'option of the destination').argParser(collect))
  command.addHelpText('after', restoreExamples)
  command.action(async (what: string, destination: string, flags: RestoreFlags) => {
    await perform(command, async (context) => {
      const { restore } = await import('../actions/archive/restore.ts')
      return await restore(context, what, destination, flags)
    })
  })
}

const auditDescription =
  'Looks whether what is archived is there as the catalogue says: a sample of a hundred, unless more is asked for. Exit code 0 says that all of it is, 1 that something is missing, corrupt, past its date or not retained, manifests included. Changes nothing where it is stored, unless it is to repair.'

export function addAudit(program: Command, perform: Perform): void {
  const command = program
    .command('audit')
    .summary('look whether what is archived is there')
    .description(auditDescription)
  command.argument('[what]', 'UID, session, CID or SHA-256 (default: everything)')
  const all = new Option('--sweep', 'all of it').conflicts(['sample', 'percent'])
  command.addOption(all)
  command.addOption(
    new Option('--sample <count>', 'so many, at random').argParser(parseCount(1, 1_000_000)).conflicts('percent'),
  )
  command.addOption(new Option('--percent <percent>', 'so many of a hundred').argParser(parseCount(1, 100)))
  command.option('--drill', 'read every byte and compare its SHA-256: a restore that writes nothing')
  command.option(
    '--repair',
    'make anew what is damaged or gone: manifests, and the key to them, from the catalogue; indexes of packed archives from their shards',
  )
  command.addOption(
    new Option(
      '--repair-from <place>',
      'where a copy of a packed archive lies (its files): mends what is broken',
    ).argParser(collect),
  )
  command.option('--location <place>', 'only what lies there')
  addArchivePassphrase(command)
  addCatalogueOption(command)
  command.action(async (what: string | undefined, flags: AuditFlags) => {
    await perform(command, async (context) => {
      const { auditArchive } = await import('../actions/archive/audit.ts')
      return await auditArchive(context, what, flags)
    })
  })
}
