import { basename, resolve } from 'node:path'
import { parseArgs } from 'node:util'

import { cancel, intro, isCancel, outro, text } from '@clack/prompts'

import { type AdapterNames, namesOf, WrongName } from './names.ts'
import { FolderInUse, scaffold } from './scaffold.ts'

const usage = `npm create gantry-adapter [folder] -- [options]

Begins a package that makes a storage of your own one of Gantry's. Its conformance test passes from the first minute:
replace the service in it by yours, and keep the test passing.

  folder             where; its last part is the name, unless --name says another
  --name <name>      of the npm package, e.g. @acme/gantry-my-store
  --scheme <scheme>  in URLs, e.g. my-store for my-store://place; by default the name without scope
  --yes              ask nothing
  --help`

const options = {
  name: { type: 'string' },
  scheme: { type: 'string' },
  yes: { type: 'boolean', short: 'y' },
  help: { type: 'boolean', short: 'h' },
} as const

/** Runs the command and gives its exit code: 0 done, 1 the folder is in use, 2 usage, 130 given up. */
export async function main(argv: readonly string[]): Promise<number> {
  let given: ReturnType<typeof readArguments>
  try {
    given = readArguments(argv)
  } catch (error) {
    return fail(2, `${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  }
  if (given.values.help === true) {
    console.log(usage)
    return 0
  }
  if (given.positionals.length > 1) return fail(2, `One folder, please.\n\n${usage}`)
  try {
    const asked = await answers(given)
    if (asked === undefined) return 130
    const { folder, names } = asked
    await scaffold({ folder: resolve(folder), names })
    console.log(closing(folder, names))
    return 0
  } catch (error) {
    if (error instanceof WrongName) return fail(2, error.message)
    if (error instanceof FolderInUse) return fail(1, error.message)
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    return fail(1, `The package cannot be written there (${code}).`)
  }
}

function readArguments(argv: readonly string[]) {
  return parseArgs({ args: [...argv], allowPositionals: true, options })
}

interface Answers {
  readonly folder: string
  readonly names: AdapterNames
}

/** What is not on the command line is asked for on a terminal; `undefined` if the user gave up. */
async function answers({ values, positionals }: ReturnType<typeof readArguments>): Promise<Answers | undefined> {
  const [folder] = positionals
  const nameOf = (path: string) => values.name ?? basename(resolve(path))
  const named = (path: string, scheme = values.scheme) => namesOf(nameOf(path), scheme === undefined ? {} : { scheme })
  const mayAsk = process.stdin.isTTY && process.stdout.isTTY && values.yes !== true
  if (folder !== undefined) return { folder, names: named(folder) }
  if (!mayAsk) throw new WrongName(`Say in which folder.\n\n${usage}`)

  intro('A new storage for Gantry')
  const where = await text({
    message: 'In which folder?',
    placeholder: './gantry-my-store',
    validate: (value) =>
      value ? problemOf(() => namesOf(nameOf(value), { scheme: 'any-scheme' })) : 'A folder, please.',
  })
  if (isCancel(where)) return giveUp()
  const suggested = problemOf(() => named(where)) === undefined ? named(where).scheme : undefined
  const scheme =
    values.scheme ??
    (await text({
      message: 'What do its URLs begin with? (without the colon)',
      ...(suggested !== undefined && { initialValue: suggested }),
      validate: (value) => problemOf(() => named(where, value ?? '')),
    }))
  if (isCancel(scheme)) return giveUp()
  outro('Writing it.')
  return { folder: where, names: named(where, scheme) }
}

function problemOf(work: () => unknown): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof WrongName) return error.message
    throw error
  }
}

function giveUp(): undefined {
  cancel('Nothing was written.')
  return undefined
}

function fail(code: number, message: string): number {
  console.error(message)
  return code
}

function closing(folder: string, { scheme }: AdapterNames): string {
  return `
A storage for ${scheme}: is in ${folder}. Next:

  cd ${folder}
  npm install
  npm test               # the conformance test: it passes now, and is to pass when you are done

Then replace src/service.ts, which stands for your storage; README.md says how.`
}
