import { audit, type AuditResult, type Catalogue, type Finding, type Target } from '@gantry/catalogue'
import type { Store } from '@gantry/core'
import { nodeHashing } from '@gantry/transfer'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import type { CatalogueFlags } from '../../options/catalogue-option.ts'
import { openPlaces } from '../../places/open-places.ts'
import type { Places } from '../../places/places.ts'
import { countOf, entries, formatBytes, formatTime } from '../../render/amounts.ts'
import { toJsonLine } from '../../render/json.ts'
import { printable } from '../../render/text.ts'
import type { ArchivePassphraseFlags } from './archive-passphrase.ts'
import { AuditedManifests } from './audited-manifests.ts'
import { knownLocation } from './known-location.ts'
import { mendingAdvice } from './mending-advice.ts'
import { userName, withCatalogue } from './open-catalogue.ts'
import { unlockedPlaces } from './unlocked-places.ts'

export interface AuditFlags extends CatalogueFlags, ArchivePassphraseFlags {
  readonly sweep?: boolean
  readonly sample?: number
  readonly percent?: number
  readonly drill?: boolean
  readonly location?: string
  /** Makes anew what can be had from what is there: manifests and keys, and indexes of packed archives. */
  readonly repair?: boolean
  /** Places with copies of what archives are kept in. */
  readonly repairFrom?: readonly string[]
}

const defaultSample = 100

/** `gantry audit`: done only if everything that was looked at is as the catalogue says. */
export async function auditArchive(context: Context, what: string | undefined, flags: AuditFlags): Promise<ExitCode> {
  const { io, options, signal, style } = context
  const { sweep = false, percent, drill = false } = flags
  const sample = flags.sample ?? (sweep || percent !== undefined ? undefined : defaultSample)
  return await withCatalogue(
    context,
    flags,
    async (catalogue) => {
      const locations = await catalogue.locations()
      const location =
        flags.location === undefined
          ? undefined
          : await knownLocation(catalogue, await openPlaces(context), flags.location)
      const target = what === undefined ? undefined : await catalogue.find(what)
      const all = location === undefined ? locations : [location]
      const { places, passphrase } = await unlockedPlaces(context, flags, all)
      // Copies in several places have the same paths.
      const inOf = (finding: { location: string }) => (all.length > 1 ? `, in ${printable(finding.location)}` : '')
      const manifests = new AuditedManifests(context, inOf)
      const broken = new Set<string>()
      const kinds = new Set<Finding['kind']>()
      const packed = new Set<string>()
      const look = async () =>
        await audit({
          catalogue,
          selection: {
            ...(target !== undefined && { target }),
            ...(location !== undefined && { location }),
            ...(sample !== undefined && { sample }),
            ...(percent !== undefined && { percent }),
          },
          async open(address) {
            const { store } = await places.open(address)
            // What proves its bytes by itself mends them as well.
            if (store.abilities.proof === true) packed.add(address)
            return store
          },
          hashing: nodeHashing,
          signal,
          drill,
          onClosed(where, { code, message }) {
            const path = printable(where)
            if (options.json) io.stdout.write(toJsonLine({ type: 'closed', location: where, code, message }))
            else io.stderr.write(`${style.stderr.red('gantry:')} ${message}\n  ${path}\n`)
          },
          onFinding(finding) {
            kinds.add(finding.kind)
            if (mendable.has(finding.kind)) broken.add(finding.location)
            const asJson = { type: 'finding', ...finding }
            io.stdout.write(
              options.json ? toJsonLine(asJson) : `${findingLine(finding, style.stdout)}${inOf(finding)}\n`,
            )
          },
          onManifestFinding: (finding) => manifests.found(finding),
          onWithoutManifests: (where) => manifests.lacking(where),
          ...(passphrase !== undefined && { passphrase }),
        })
      let result = await look()
      const copies = flags.repairFrom ?? []
      const mended =
        (copies.length > 0 || flags.repair === true) &&
        (await mendAll(context, places, { catalogue, copies, broken, manifests: manifests.locations }))
      const rewritten = flags.repair === true && (await manifests.repair(places, catalogue))
      if (mended || rewritten) {
        manifests.forget()
        kinds.clear()
        broken.clear()
        result = await look()
      }
      manifests.advise(result.unopened)
      const advice = mendingAdvice(
        kinds,
        [...broken].some((one) => packed.has(one)),
      )
      if (!options.quiet && !options.json) for (const line of advice) io.stderr.write(`${line}\n`)
      if (!drill) {
        const event = { kind: 'audited', who: userName(), ...(what !== undefined && { target: what }) } as const
        await catalogue.note({ ...event, entries: result.audited, bytes: result.bytes })
      }
      // Of few entries, a share may be none; where there are none at all, nothing says that what was archived is there.
      const nothing = result.audited + result.closed === 0 && (await isEmpty(catalogue, target, location))
      const exit = exitOf(result, nothing)
      if (options.json) io.stdout.write(toJsonLine({ type: 'result', ...result, exit }))
      else if (nothing) io.stderr.write('There is nothing to audit: the catalogue knows of no entries there.\n')
      else if (!options.quiet || exit !== exitCodes.done) io.stdout.write(`${resultLine(result)}\n`)
      return exit
    },
    { existing: true },
  )
}

/** What is known to be wrong counts for more than what nobody could look at. */
function exitOf({ findings, closed }: AuditResult, nothing: boolean): ExitCode {
  if (findings > 0 || nothing) return exitCodes.failed
  return closed > 0 ? exitCodes.denied : exitCodes.done
}

async function isEmpty(
  catalogue: Catalogue,
  target: Target | undefined,
  location: string | undefined,
): Promise<boolean> {
  const about = location === undefined ? {} : { location }
  for await (const receipt of target === undefined ? catalogue.allReceipts(about) : catalogue.receipts(target)) {
    if (location === undefined || receipt.location === location) return false
  }
  return true
}

const mendable: ReadonlySet<Finding['kind']> = new Set(['missing', 'corrupt', 'damaged'])

interface Mending {
  readonly catalogue: Catalogue
  readonly copies: readonly string[]
  /** Locations. */
  readonly broken: ReadonlySet<string>
  /** Those of which a manifest is broken, which is packed as well. */
  readonly manifests: readonly string[]
}

/** Mends what is broken, from copies and from what is right there, where the store there can; whether anything was. */
async function mendAll(
  context: Context,
  places: Places,
  { catalogue, copies, broken, manifests }: Mending,
): Promise<boolean> {
  const { io, options, signal } = context
  let mended = 0
  for (const location of new Set([...broken, ...manifests])) {
    const stores: Store[] = []
    try {
      const { store } = await places.open(location)
      stores.push(store)
      if (store.abilities.proof !== true) {
        const advice = 'What is broken in this kind of place is not repaired here: archive it again, or restore it.\n'
        if (copies.length > 0 && broken.has(location)) io.stderr.write(advice)
        continue
      }
      for (const copy of copies) stores.push((await places.open(copy)).store)
      let here = 0
      for await (const one of store.mend(stores.slice(1), { signal })) {
        if (one.mended) here += 1
        if (options.json) io.stdout.write(toJsonLine({ type: 'mended', location, ...one }))
        else io.stdout.write(`${one.mended ? 'repaired' : 'not repaired'}  ${printable(one.name)}\n`)
      }
      mended += here
      if (here > 0) await catalogue.note({ kind: 'mended', who: userName(), place: location, entries: 0, bytes: 0 })
    } finally {
      for (const store of stores) await store.close()
    }
  }
  return mended > 0
}

const explanations: Readonly<Record<Finding['kind'], string>> = {
  missing: 'is not there',
  removed: 'was removed or replaced before its date',
  damaged: 'can be read, but what it is kept with is damaged',
  corrupt: 'holds other bytes than were archived',
  unreadable: 'cannot be read',
  'not-retained': 'could be removed before its date',
  expired: 'is past its date',
  elsewhere: 'lies in another class than it was archived to',
}

function findingLine({ kind, path, retainUntil, code }: Finding, style: Context['style']['stdout']): string {
  const more =
    kind === 'expired' || kind === 'removed' ? ` (${formatTime(retainUntil)})` : code === undefined ? '' : ` (${code})`
  return `${style.red(kind.padEnd(12))}  ${printable(path)}  ${explanations[kind]}${more}`
}

function resultLine({ audited, bytes, read, findings, closed, manifests, proofs }: AuditResult): string {
  const { proof } = proofs
  const how = `${proofs.bytes} read whole, ${proofs.range} in part, ${proofs.stat} by what the storage says`
  // What a store reads to prove something is its own, and not counted here.
  const proved = proof === 0 ? '' : `, ${proof} proved block by block`
  const besides = proof === 0 ? 'read' : 'read besides'
  const found =
    audited + manifests === 0
      ? 'nothing was looked at'
      : findings === 0
        ? 'nothing is wrong'
        : countOf(findings, 'finding', 'findings')
  const unseen = closed === 0 ? '' : `; ${entries(closed)} could not be looked at`
  const beside = manifests === 0 ? '' : ` and ${countOf(manifests, 'manifest', 'manifests')}`
  return `Audited ${entries(audited)}${beside} (${formatBytes(bytes)}; ${how}${proved}; ${formatBytes(read)} ${besides}): ${found}${unseen}`
}
