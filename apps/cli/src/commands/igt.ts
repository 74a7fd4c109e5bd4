import { type Command, InvalidArgumentError, Option } from 'commander'

import type { CsvFlags } from '../actions/igt/csv.ts'
import type { DownloadFlags } from '../actions/igt/download.ts'
import type { LoginFlags } from '../actions/igt/login.ts'
import type { UpgradeFlags } from '../actions/igt/upgrade.ts'
import type { UploadFlags } from '../actions/igt/upload.ts'
import { parseCount } from '../options/amounts.ts'
import { addGlobOptions } from '../options/glob-options.ts'
import { readMoment } from '../options/moment.ts'
import type { Perform } from './perform.ts'

const examples = `
A script that was written for igtcloud runs unchanged after: alias igtcloud='gantry igt'
The password is asked for, or read from the standard input where nobody sits there.
`

/** Project, institute and environment. */
type Rest = [string | undefined, string | undefined, string | undefined]

/** `gantry igt`: what igtcloud does, with its arguments, their order, and its options and defaults. */
export function addIgt(program: Command, perform: Perform): void {
  const igt = program.command('igt').summary('projects of the Philips IGT cloud').helpCommand(false)
  igt.description('Uploads to and downloads from projects of the Philips IGT cloud, as igtcloud does.')
  igt.addHelpText('after', examples)
  addTransfers(igt, perform)

  const login = igt.command('login').summary('log in, and stay so until this command is stopped')
  login.description(
    'Keeps a session fresh in the foreground, and hands its tokens to other commands through a file for its owner alone.',
  )
  login.addOption(new Option('-d, --domain <domain>', 'the cloud: a host name, or a URL'))
  login.addOption(new Option('-u, --user <name>', 'who logs in'))
  addProfile(login)
  login.addOption(new Option('-s, --service-file <file>', 'private key of a service; named after the service id'))
  login.action(async (flags: LoginFlags) => {
    await perform(login, async (context) => await (await import('../actions/igt/login.ts')).login(context, flags))
  })

  const token = igt.command('get-token').summary('print a token of the session that login keeps')
  const types = ['jwt', 'access', 'csrf']
  token.addOption(new Option('-t, --type <type>', 'which one').choices(types).default('jwt'))
  token.action(async ({ type }: { readonly type: 'jwt' | 'access' | 'csrf' }) => {
    await perform(token, async (context) => await (await import('../actions/igt/get-token.ts')).getToken(context, type))
  })

  const upgrade = igt.command('upgrade').summary('install another version of gantry, once it is verified')
  upgrade.argument('[package-version]', 'default: the newest')
  upgrade.addOption(
    new Option('--trusted-root <file>', "Sigstore's trusted root (JSON), where its own repository cannot be reached"),
  )
  upgrade.action(async (wanted: string | undefined, flags: UpgradeFlags) => {
    await perform(upgrade, async (context) => {
      return await (await import('../actions/igt/upgrade.ts')).upgrade(context, wanted, flags)
    })
  })

  const version = igt.command('version').summary('print the version')
  version.action(async () => {
    await perform(version, async (context) => (await import('../actions/igt/version.ts')).showVersion(context))
  })
}

function addTransfers(igt: Command, perform: Perform): void {
  const download = placed(igt.command('download'), 'target-folder', 'where the files go')
  download.summary('fetch studies, or files of the project')
  filtered(download)
  download.addOption(
    new Option('--category <category>', 'files, dicom or annotations; repeat it for several').argParser(parseCategory),
  )
  download.option('--include-modified-date', 'keep the times of the files (which is done in any case)')
  download.option('--project-files', 'the files of the project, and nothing else')
  paced(download)
  download.action(async (folder: string, ...rest: [...Rest, DownloadFlags]) => {
    const [project, institute, environment, flags] = rest
    const named = { folder, project, institute, environment }
    await perform(download, async (context) => {
      return await (await import('../actions/igt/download.ts')).download(context, named, flags)
    })
  })

  const upload = placed(igt.command('upload'), 'local-folder', 'what is sent')
  upload.summary('send studies, and files of the project')
  upload.option('--submit', 'sign each study off as submitted whose files are all there, with the password once more')
  upload.addOption(new Option('--category <category>', 'send annotations').choices(['annotations']))
  paced(upload)
  upload.action(async (folder: string, ...rest: [...Rest, UploadFlags]) => {
    const [project, institute, environment, flags] = rest
    const named = { folder, project, institute, environment }
    await perform(upload, async (context) => {
      return await (await import('../actions/igt/upload.ts')).upload(context, named, flags)
    })
  })

  const csv = placed(igt.command('csv'), 'target-folder', 'where the table goes; it has to be there')
  csv.summary('write a table of studies')
  filtered(csv)
  csv.option('--files', 'a row for each file')
  csv.option('--append', 'keep rows of the table that is there, but for studies that are told anew')
  csv.action(async (folder: string, ...rest: [...Rest, CsvFlags]) => {
    const [project, institute, environment, flags] = rest
    const named = { folder, project, institute, environment }
    await perform(csv, async (context) => await (await import('../actions/igt/csv.ts')).csv(context, named, flags))
  })
}

function placed(command: Command, folder: string, what: string): Command {
  command.argument(`<${folder}>`, what).argument('[project]', 'its name; only a profile may say it instead')
  command.argument('[institute]', 'its name, or * for all (default: *)')
  command.argument('[environment]', 'PROD or TEST (default: PROD)', parseEnvironment)
  command.addOption(new Option('--domain <domain>', 'the cloud, instead of an environment'))
  command.addOption(new Option('--user <name>', 'who logs in (or CLOUD_USERNAME)'))
  addProfile(command)
  return command
}

function addProfile(command: Command): void {
  const text = 'remote of the configuration that says what is not said here: igt+https://host/project/institute'
  command.addOption(new Option('--profile <name>', text))
}

function filtered(command: Command): void {
  command.addOption(new Option('--ext <extension>', 'files of this type only, such as .dcm'))
  command.addOption(
    new Option('--start <date>', 'studies from that day on; those without a date too').argParser(parseDate),
  )
  command.addOption(new Option('--end <date>', 'studies until that day; those without a date too').argParser(parseDate))
}

function paced(command: Command): void {
  const count = parseCount(1, 1024)
  command.addOption(new Option('--concurrent-studies <count>', 'studies at a time').argParser(count))
  command.addOption(new Option('--concurrent-files <count>', 'files of each at a time').argParser(count))
  command.addOption(
    new Option('--folder-structure <structure>', 'patient---study (default), or patient/study').choices([
      'flat',
      'hierarchical',
    ]),
  )
  command.option('-n, --dry-run', 'show what would be done, and do nothing')
  addGlobOptions(command, '"*/*/*.dcm"')
  command.addOption(
    new Option(
      '--manifest <file>',
      'write a list of all files with their SHA-256, as sha256sum does; -: to the output',
    ),
  )
  command.addOption(
    new Option(
      '--from-manifest <file>',
      'move exactly the files of such a list, and refuse those that are others by now',
    ),
  )
}

function parseEnvironment(value: string): string {
  const name = value.toUpperCase()
  if (name === 'PROD' || name === 'TEST') return name
  throw new InvalidArgumentError('It is PROD or TEST.')
}

function parseCategory(value: string, previous: readonly string[] | undefined): string[] {
  if (!['files', 'dicom', 'annotations'].includes(value)) {
    throw new InvalidArgumentError('It is files, dicom or annotations.')
  }
  return [...new Set([...(previous ?? []), value])]
}

function parseDate(value: string): string {
  if (readMoment(value) === undefined) {
    throw new InvalidArgumentError('A date is a day of the calendar, written YYYY-MM-DD, or a time: YYYY-MM-DDTHH:MM.')
  }
  return value
}
