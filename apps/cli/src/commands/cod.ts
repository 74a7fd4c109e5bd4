import { type Command, Option } from 'commander'

import type { CheckFlags, RepairFlags } from '../actions/cod.ts'
import { split } from '../options/collect.ts'
import { addStoreOption } from '../options/store-options.ts'
import type { Perform } from './perform.ts'

const examples = `
Examples:
  gantry cod check s3://bucket/v1.0/dicomweb
  gantry cod repair s3://bucket/v1.0/dicomweb STUDY SERIES
  gantry copy cod+s3://bucket/v1.0/dicomweb ./study --study STUDY
`

export function addCod(program: Command, perform: Perform): void {
  const cod = program.command('cod').summary('check and repair cloud optimized DICOM').helpCommand(false)
  cod.description(
    'Looks after stores of cloud optimized DICOM (COD), where each series is a tar and its metadata. To copy from and to them, put cod+ before their URL.',
  )
  cod.addHelpText('after', examples)
  const load = async () => await import('../actions/cod.ts')

  const check = cod.command('check').summary('compare every instance with its record')
  check.description('Reads every tar once, and compares it with its metadata and its index. Changes nothing.')
  check.argument('<place>', 'where "studies" is: path, URL or remote')
  check.addOption(new Option('--study <uid>', 'only this study; repeat it for several').argParser(split))
  check.addOption(new Option('--series <uid>', 'only this series; repeat it for several').argParser(split))
  addStoreOption(check)
  check.action(async (place: string, flags: CheckFlags) => {
    await perform(check, async (context) => await (await load()).checkPlace(context, place, flags))
  })

  const repair = cod.command('repair').summary('make index and metadata of a series anew from its tar')
  repair.description(
    'Makes index.sqlite and metadata.json of one series from its tar. Records that are right are kept. Where the tar no longer has the bytes that were recorded, nothing is changed, unless --force says so.',
  )
  repair.argument('<place>', 'where "studies" is: path, URL or remote')
  repair.argument('<study>', 'Study Instance UID')
  repair.argument('<series>', 'Series Instance UID')
  repair.option('--break-lock', "take another writer's lock away: only if you know that it is dead")
  repair.option('--force', 'record what the tar holds, whatever the metadata said')
  addStoreOption(repair)
  repair.action(async (place: string, study: string, series: string, flags: RepairFlags) => {
    await perform(
      repair,
      async (context) => await (await load()).repairSeries(context, place, { study, series }, flags),
    )
  })
}
