import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { publishedPackages } from '@gantry-tooling/checks/packages'
import { readWorkspace } from '@gantry-tooling/checks/workspace'
import { examplesOf } from '@gantry-tooling/readme/examples'
import { expect, onTestFinished, test } from 'vitest'

import { packInto, publishTo } from './pack-and-publish.ts'
import { startRegistry } from './registry.ts'
import { run } from './run.ts'

const root = join(import.meta.dirname, '../..')
const names = ['@gantry/core', '@gantry/memory']
const packages = publishedPackages(readWorkspace(root)).filter(({ name }) => names.includes(name))
const built = packages.every(({ folder }) => existsSync(join(root, folder, 'dist/index.js')))

// The whole is `npm run release:dry`: this is its shortest way through, so that it is known to work when it is needed.
test.skipIf(!built)(
  `what is packed and published is installed, and its README holds${built ? '' : ' [not built: npm run build]'}`,
  { timeout: 600_000 },
  async (context) => {
    const { signal } = new AbortController()
    const reached = await run('npm', ['view', 'zod', 'name', '--prefer-offline'], { cwd: tmpdir(), signal }).then(
      () => true,
      () => false,
    )
    if (!reached) context.skip('npm reaches no registry, which has what the packages depend on')
    const folder = await mkdtemp(join(tmpdir(), 'gantry-release-test-'))
    const registry = await startRegistry(join(folder, 'registry'), signal)
    onTestFinished(async () => {
      await registry.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    })
    const tarballs = []
    for (const member of packages) tarballs.push(await packInto(join(folder, 'tarballs'), root, member, signal))
    await publishTo(registry, join(folder, 'publisher'), tarballs, signal)

    const there = { cwd: join(folder, 'user'), signal }
    await run('mkdir', ['user'], { cwd: folder, signal })
    await writeFile(join(folder, 'user/package.json'), JSON.stringify({ private: true, type: 'module' }))
    await writeFile(join(folder, 'user/.npmrc'), `${registry.npmrc}fund=false\naudit=false\n`)
    await run('npm', ['install', '--loglevel=error', '--prefer-offline', '@gantry/memory', '@gantry/core'], there)
    const manifest = await readFile(join(folder, 'user/node_modules/@gantry/memory/package.json'), 'utf8')
    expect(manifest).not.toContain('workspace:')
    expect(manifest).not.toContain('@gantry/source')
    expect(JSON.parse(manifest)).toMatchObject({ publishConfig: { access: 'public', provenance: true } })

    const readme = await readFile(join(folder, 'user/node_modules/@gantry/memory/README.md'), 'utf8')
    const [example] = examplesOf(readme)
    await writeFile(join(folder, 'user/example.ts'), example?.code ?? '')
    expect(await run('node', ['example.ts'], there)).toContain('5 hello')
  },
)

test('a command that fails says what it said', async () => {
  const { signal } = new AbortController()
  const script = 'console.error("no such thing"); process.exit(3)'
  const running = run('node', ['--eval', script], { cwd: tmpdir(), signal })
  await expect(running).rejects.toThrow(/ends with 3:\nno such thing/u)
})

test('a command ends when it is told to, and what it started does', async () => {
  const controller = new AbortController()
  const running = run('sh', ['-c', 'sleep 600 & wait'], { cwd: tmpdir(), signal: controller.signal })
  setTimeout(() => controller.abort(new Error('enough')), 100)
  await expect(running).rejects.toThrow('enough')
})
