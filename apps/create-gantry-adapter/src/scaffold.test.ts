import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

import { expect, onTestFinished, test } from 'vitest'

import { namesOf } from './names.ts'
import { FolderInUse, scaffold } from './scaffold.ts'

const own = join(import.meta.dirname, '..')
const run = promisify(execFile)

async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'gantry-scaffold-')))
  onTestFinished(async () => await rm(folder, { recursive: true, force: true }))
  return folder
}

/** As `npm install` would leave it: what it names, and nothing else. The packages run from source here. */
async function install(folder: string): Promise<void> {
  const { dependencies, devDependencies } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    readonly dependencies: object
    readonly devDependencies: object
  }
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    const link = join(folder, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(await realpath(join(own, 'node_modules', name)), link)
  }
  const conditions = ['@gantry/source', 'node', 'import', 'default']
  const config = { ssr: { resolve: { conditions: conditions.slice(0, 2), externalConditions: conditions } } }
  await writeFile(join(folder, 'from-source.json'), JSON.stringify(config))
  await writeFile(
    join(folder, 'vitest.config.js'),
    `import config from './from-source.json' with { type: 'json' }\nexport default config\n`,
  )
}

/** What a command of the scaffolded package says. */
async function output(folder: string, command: string, args: readonly string[]): Promise<string> {
  const program = join(own, 'node_modules/.bin', command)
  // The test that is run here is not a part of the one that runs it.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_ENV)/u.test(name)),
  )
  return await run(program, args, { cwd: folder, env: { ...env, NO_COLOR: '1' } }).then(
    ({ stdout, stderr }) => `${stdout}${stderr}`,
    (error: { stdout?: string; stderr?: string }) => `failed: ${error.stdout}${error.stderr}`,
  )
}

test('what is scaffolded compiles, and passes its conformance test', { timeout: 600_000 }, async () => {
  const folder = join(await temporaryFolder(), 'cold-shelf')
  const files = await scaffold({ folder, names: namesOf('@acme/gantry-cold-shelf') })
  expect(files).toContain('src/cold-shelf.ts')
  expect(files).toContain('.gitignore')
  await install(folder)
  expect(await output(folder, 'tsc', ['-p', 'tsconfig.json', '--customConditions', '@gantry/source'])).toBe('')
  const said = await output(folder, 'vitest', ['run'])
  expect(said).toMatch(/Tests +\d{2,} passed/u)
  expect(said).not.toMatch(/failed/u)
})

test('nothing of the template is left in it', async () => {
  const folder = await temporaryFolder()
  await scaffold({ folder, names: namesOf('cold-shelf') })
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries.filter((file) => file.isFile())) {
    expect(entry.name).not.toMatch(/my-store|template/u)
    expect(await readFile(join(entry.parentPath, entry.name), 'utf8')).not.toMatch(/my-?store/iu)
  }
})

test('a folder with something in it is left alone', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'thesis.txt'), 'years')
  await expect(scaffold({ folder, names: namesOf('cold-shelf') })).rejects.toThrow(FolderInUse)
  expect(await readdir(folder)).toEqual(['thesis.txt'])
})

test('a repository that was just made is no such thing', async () => {
  const folder = await temporaryFolder()
  await mkdir(join(folder, '.git'))
  expect(await scaffold({ folder, names: namesOf('cold-shelf') })).toContain('package.json')
})
