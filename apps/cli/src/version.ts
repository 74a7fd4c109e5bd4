import { readFileSync } from 'node:fs'

/** Of this package; its manifest lies beside `src` and `dist` alike. */
export function versionOf(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
  return manifest.version
}

/** With what it runs on: what `--json` tells. */
export function versionJson(): object {
  const { versions, platform, arch } = process
  return { type: 'version', version: versionOf(), node: versions.node, platform, arch }
}
