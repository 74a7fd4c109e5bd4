import { type Catalogue, type ManifestFinding, repairManifests } from '@gantry/catalogue'
import type { Store } from '@gantry/core'

import type { Context } from '../../context.ts'
import type { Places } from '../../places/places.ts'
import { countOf } from '../../render/amounts.ts'
import { toJsonLine } from '../../render/json.ts'
import { printable } from '../../render/text.ts'
import { userName } from './open-catalogue.ts'

/** What an audit tells of manifests, and of keys to them. */
export class AuditedManifests {
  readonly #context: Context
  readonly #inOf: (finding: ManifestFinding) => string
  /** What can be written again, by location. */
  readonly #broken = new Map<string, Set<string>>()

  /** `inOf`: how a line says which place it is about. */
  constructor(context: Context, inOf: (finding: ManifestFinding) => string) {
    this.#context = context
    this.#inOf = inOf
  }

  found(finding: ManifestFinding): void {
    const { io, options, style } = this.#context
    const { kind, location, path, code } = finding
    if (!kind.endsWith('-unreadable')) {
      this.#broken.set(location, (this.#broken.get(location) ?? new Set()).add(path))
    }
    if (options.json) io.stdout.write(toJsonLine({ type: 'finding', ...finding }))
    else {
      const more = `${code === undefined ? '' : ` (${code})`}${this.#inOf(finding)}`
      io.stdout.write(`${style.stdout.red(kind.padEnd(12))}  ${printable(path)}  ${explanations[kind]}${more}\n`)
    }
  }

  /** Where something is broken. */
  get locations(): readonly string[] {
    return [...this.#broken.keys()]
  }

  /** No finding, because `--no-manifest` is fine with the catalogue; who has manifests elsewhere may have lost these, though. */
  lacking(location: string): void {
    const { io, options } = this.#context
    if (options.json) io.stdout.write(toJsonLine({ type: 'manifests', location, lacks: 'manifests' }))
    else {
      const them = 'manifests from which a lost catalogue could be made again'
      io.stderr.write(`${printable(location)} has no ${them}: archive there again, or keep an export.\n`)
    }
  }

  /** What is to be done about what was found. */
  advise(unopened: number): void {
    const { io, options } = this.#context
    if (options.json || options.quiet) return
    if (this.#broken.size > 0) {
      io.stderr.write('gantry audit --repair writes manifests, and the key to them, again from the catalogue.\n')
    }
    if (unopened > 0) {
      const them = countOf(unopened, 'manifest was', 'manifests were')
      io.stderr.write(`${them} not opened: give the passphrase, and the catalogue remembers what they are.\n`)
    }
  }

  /** Writes again what was found broken; whether anything was. */
  async repair(places: Places, catalogue: Catalogue): Promise<boolean> {
    const { io, options, signal } = this.#context
    let repaired = false
    for (const [location, broken] of this.#broken) {
      let store: Store | undefined
      try {
        ;({ store } = await places.open(location))
        const written = await repairManifests({ catalogue, store, location, broken, who: userName(), signal })
        if (written === undefined) {
          io.stderr.write('The catalogue has no key to write manifests with: gantry archive makes one.\n')
          continue
        }
        repaired = true
        for (const name of written) {
          if (options.json) io.stdout.write(toJsonLine({ type: 'mended', location, name, mended: true }))
          else io.stdout.write(`repaired  ${printable(name)}\n`)
        }
      } finally {
        await store?.close()
      }
    }
    return repaired
  }

  /** Before another look. */
  forget(): void {
    this.#broken.clear()
  }
}

const explanations: Readonly<Record<ManifestFinding['kind'], string>> = {
  'manifest-missing': 'is a manifest, and not there',
  'manifest-damaged': 'is a manifest, and not as it was written',
  'manifest-unreadable': 'is a manifest, and cannot be read',
  'key-missing': 'is the key to manifests, and not there',
  'key-damaged': 'is the key to manifests, and not as it was written',
  'key-unreadable': 'is the key to manifests, and cannot be read',
}
