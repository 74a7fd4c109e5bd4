import { readFile } from 'node:fs/promises'

import type { AdapterNames } from './names.ts'

/**
 * The package.json of a new adapter. Versions are those that this package was tried with: they stand in its own
 * package.json, where publishing puts numbers for what the workspace links.
 */
export async function manifestOf({ package: name, scheme }: AdapterNames): Promise<object> {
  const own = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>
  }
  const versions = (...names: readonly string[]) =>
    Object.fromEntries(names.map((each) => [each, rangeOf(own.devDependencies[each] ?? '*')]))
  return {
    name,
    version: '0.1.0',
    description: `Gantry store: ${scheme}.`,
    license: 'UNLICENSED',
    type: 'module',
    sideEffects: false,
    files: ['dist', 'src', '!src/**/*.test.ts'],
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    scripts: {
      build: 'tsc -p tsconfig.build.json',
      types: 'tsc -p tsconfig.json',
      test: 'vitest run',
      prepack: 'npm run build',
    },
    // A peer: what opens the store and the adapter must mean the same errors.
    peerDependencies: versions('@gantry/core'),
    dependencies: versions('zod'),
    devDependencies: versions('@gantry/core', '@gantry/testkit', '@types/node', 'typescript', 'vitest'),
    engines: { node: '>=22.13' },
  }
}

function rangeOf(version: string): string {
  return /^\^?\d/u.test(version) ? `^${version.replace('^', '')}` : '*'
}
