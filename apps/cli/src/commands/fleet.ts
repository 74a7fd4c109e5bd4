import { type Command, Option } from 'commander'

import type { BoardFlags } from '../actions/fleet/board.ts'
import type { StatusFlags } from '../actions/fleet/status.ts'
import type { RetryFlags } from '../actions/fleet/steer.ts'
import type { SubmitFlags } from '../actions/fleet/submit.ts'
import type { WorkerFlags } from '../actions/fleet/worker.ts'
import { parseBytes, parseCount, parseJobs, parseRetention } from '../options/amounts.ts'
import { collect } from '../options/collect.ts'
import { addDeidentifyOptions } from '../options/deidentify-options.ts'
import { addFleetOptions, type FleetFlags, parseRate } from '../options/fleet-options.ts'
import { parseKeptFile } from '../options/kept-file.ts'
import { addSelectionOptions } from '../options/selection-options.ts'
import { addLayoutOption, addStoreOptions } from '../options/store-options.ts'
import type { Perform } from './perform.ts'

const examples = `
Examples:
  export GANTRY_DATABASE=postgres://gantry:...@db/gantry GANTRY_QUEUE=redis://:...@queue:6379
  gantry fleet worker --jobs 8                        on as many machines as there are
  gantry fleet submit pacs: archive: --since 2020-01-01 --retain 10y
  gantry fleet status
`

/** `gantry fleet`: transfers over any number of workers. */
export function addFleet(program: Command, perform: Perform): void {
  const fleet = program.command('fleet').summary('transfers over any number of workers').helpCommand(false)
  fleet.description(
    'Moves what is too much for one machine: studies go to a queue, and workers on any number of machines move them, each by its own configuration. Needs Redis (or Valkey) and PostgreSQL, or PostgreSQL alone.',
  )
  fleet.addHelpText('after', examples)
  addSubmit(fleet, perform)
  addWorker(fleet, perform)
  addSteering(fleet, perform)

  const status = fleet.command('status').summary('how far each run is').argument('[run]')
  status.description(
    'Shows of each run how many studies and parts are done, wait or have failed, and the queues. Exit code 1 says that something failed for good.',
  )
  status.option('--dead', 'list also the parts that failed for good, each with its code')
  status.option(
    '--paths',
    'the same, with source, Study Instance UID and paths of each: patient data can stand in them (which of the files failed, the ledger does not know)',
  )
  addFleetOptions(status)
  status.action(async (run: string | undefined, flags: StatusFlags) => {
    await perform(
      status,
      async (context) => await (await import('../actions/fleet/status.ts')).showFleet(context, run, flags),
    )
  })

  const board = fleet.command('board').summary('show the queues in a browser')
  board.description(
    'Serves Bull Board, for looking, to whoever has the link that it prints; the token of the link is GANTRY_BOARD_TOKEN where that is set, else a new one each time.',
  )
  board.addOption(new Option('--port <port>', '0: one that is free').argParser(parseCount(0, 65_535)).default(3000))
  board.addOption(new Option('--host <host>', 'address to listen at').default('127.0.0.1'))
  addFleetOptions(board)
  board.action(async (flags: BoardFlags) => {
    await perform(board, async (context) => await (await import('../actions/fleet/board.ts')).showBoard(context, flags))
  })
}

function addSubmit(fleet: Command, perform: Perform): void {
  const command = fleet.command('submit').summary('queue what is to be copied, study by study')
  command.description(
    'Lists the source, and queues its studies in parts, for the workers of the fleet. The same again adds nothing; what is there already is compared, and not sent.',
  )
  command.argument('<source>', 'path, URL or remote, as every worker can open it')
  command.argument('<destination>', 'the same')
  addLayoutOption(command)
  command.addOption(new Option('--overwrite', 'send all, whatever is there').conflicts('clobber'))
  command.addOption(new Option('--no-clobber', 'never touch what is there, even if it differs'))
  command.option('--verify', 'read everything back and compare, also where the destination says what it stored')
  addDeidentifyOptions(command)
  command.addOption(new Option('--tier <tier>', 'class of the destination: hot, cool, cold, frozen, or its own name'))
  command.addOption(
    new Option('--retain <time>', 'the storage refuses removal for 7y, 90d, ... or until a day').argParser((text) =>
      parseRetention(text),
    ),
  )
  command.addOption(
    new Option('-j, --jobs <count>', 'entries of a part at a time, or "auto"').argParser(parseJobs).default('auto'),
  )
  command.addOption(new Option('--bwlimit <rate>', 'bytes a second of each part, such as 10M').argParser(parseBytes))
  command.addOption(
    new Option('--rate <parts>', 'parts that all workers together begin there, such as 20/s').argParser(parseRate),
  )
  command.addOption(
    new Option('--by <what>', 'what goes together: images of a study, or files of a folder, whose headers are not read')
      .choices(['image', 'folder'])
      .default('image'),
  )
  addFleetOptions(command)
  addStoreOptions(command)
  addSelectionOptions(command)
  command.action(async (source: string, destination: string, flags: SubmitFlags) => {
    await perform(command, async (context) => {
      const { submitFleet } = await import('../actions/fleet/submit.ts')
      return await submitFleet(context, source, destination, flags)
    })
  })
}

function addWorker(fleet: Command, perform: Perform): void {
  const command = fleet.command('worker').summary('move what is queued, until it is stopped')
  command.description(
    'Moves parts that are queued, until it is stopped. Opens places by the configuration and the environment of this machine; what it cannot open it leaves to others.',
  )
  command.addOption(
    new Option('-j, --jobs <count>', 'parts at a time, of each destination').argParser(parseCount(1, 256)).default(4),
  )
  command.addOption(new Option('--only <place>', 'this destination alone; repeat it for several').argParser(collect))
  command.addOption(
    new Option('--grace <seconds>', 'that parts have to end in when it is stopped, before they are handed back')
      .argParser(parseCount(0, 86_400))
      .default(20),
  )
  command.addOption(
    new Option('--lock <seconds>', 'after which the parts of a worker that died are taken over')
      .argParser(parseCount(3, 3600))
      .default(30),
  )
  command.addOption(
    new Option(
      '--deidentify-key <file>',
      'secret of a project whose images this worker de-identifies; repeat it for several (else GANTRY_DEIDENTIFY_KEY)',
    ).argParser(collect),
  )
  command.addOption(
    new Option(
      '--deidentify-reports <file>',
      'add a line of JSON for each image: what was done, by attributes',
    ).argParser(parseKeptFile),
  )
  command.addOption(new Option('--metrics-port <port>', 'serve metrics to Prometheus').argParser(parseCount(0, 65_535)))
  command.addOption(new Option('--metrics-host <host>', 'address to serve them at').default('127.0.0.1'))
  addFleetOptions(command)
  command.action(async (flags: WorkerFlags) => {
    await perform(
      command,
      async (context) => await (await import('../actions/fleet/worker.ts')).workForFleet(context, flags),
    )
  })
}

function addSteering(fleet: Command, perform: Perform): void {
  const load = async () => await import('../actions/fleet/steer.ts')

  const pause = fleet.command('pause').summary('begin no more parts').argument('[destination]', 'default: all')
  addFleetOptions(pause)
  pause.action(async (place: string | undefined, flags: FleetFlags) => {
    await perform(pause, async (context) => await (await load()).pauseFleet(context, place, flags))
  })

  const resume = fleet.command('resume').summary('go on after a pause').argument('[destination]', 'default: all')
  addFleetOptions(resume)
  resume.action(async (place: string | undefined, flags: FleetFlags) => {
    await perform(resume, async (context) => await (await load()).resumeFleet(context, place, flags))
  })

  const cancel = fleet.command('cancel').summary('give up a run; what was verified stays').argument('<run>')
  addFleetOptions(cancel)
  cancel.action(async (run: string, flags: FleetFlags) => {
    await perform(cancel, async (context) => await (await load()).cancelRun(context, run, flags))
  })

  const retry = fleet
    .command('retry')
    .summary('queue again what failed for good')
    .argument('[run]', 'default: all runs')
  retry.option('--lost', 'also what the queue has lost: after its server was made anew')
  addFleetOptions(retry)
  retry.action(async (run: string | undefined, flags: RetryFlags) => {
    await perform(retry, async (context) => await (await load()).retryFleet(context, run, flags))
  })
}
