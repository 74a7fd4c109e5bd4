import { type Call, isGantryError } from '@gantry/core/driver'
import type { CID } from 'multiformats/cid'

import type { Archive } from '../archive/archive.ts'
import type { KnownUnit } from '../manifest/catalogue.ts'
import { codec, hexOf, parseCid } from '../pack/cid.ts'
import type { DagIndex, Position } from '../pack/dag-index.ts'
import { decodeNode } from '../pack/dag-pb.ts'
import { readIndex, shardBlob } from '../read/car-source.ts'
import { type CheckResult, type Finding, ofFile } from './finding.ts'
import { scanShard } from '../read/scan-shard.ts'

type Found = Omit<Finding, 'type' | 'unit'>

/** What of a unit is right. */
export interface ProvenBlocks {
  /** SHA-256 of each node above leaves: what it leads to. */
  readonly links: ReadonlyMap<string, readonly CID[]>
  /** SHA-256 of blocks whose bytes are those of their CID. */
  readonly there: ReadonlySet<string>
}

/** Reads all blobs of a unit, and proves them: shards and blocks by their CIDs, the index by both, the DAG by its links. */
export async function* checkUnit(
  archive: Archive,
  unit: KnownUnit,
  call: Call,
  onBlocks?: (blocks: ProvenBlocks) => void,
): AsyncGenerator<CheckResult> {
  const { record } = unit
  let errors = 0
  let blocks = 0
  const finding = (found: Found): Finding => {
    if (found.severity === 'error') errors += 1
    return { ...found, type: 'finding', unit: record.unit }
  }
  if (unit.trouble !== undefined) yield finding(ofFile(unit.trouble))
  let index: DagIndex | undefined
  try {
    index = await readIndex(archive.shards, record, call)
    if (index.content.toString() !== record.root) {
      yield finding({ ...error, kind: 'index', blob: record.index.cid, message: 'The index is that of another DAG.' })
    }
  } catch (thrown) {
    yield finding(ofBlob(thrown, record.index.cid, 'The index'))
  }
  const links = new Map<string, readonly CID[]>()
  const there = new Set<string>()
  for (const shard of record.shards) {
    const { cid } = shard
    const slices = index?.shards.get(cid)
    let unlisted = 0
    try {
      const scan = scanShard(archive.shards, shardBlob(shard), call)
      let next = await scan.next()
      let rightBlocks = 0
      for (; next.done !== true; next = await scan.next()) {
        const block = next.value
        blocks += 1
        if (!block.right) {
          const message = 'A block has other bytes than its CID says.'
          yield finding({ ...error, kind: 'damaged', blob: cid, block: block.cid.toString(), message })
          continue
        }
        rightBlocks += 1
        there.add(hexOf(block.cid))
        if (block.cid.code === codec.dagPb) {
          links.set(
            hexOf(block.cid),
            decodeNode(block.bytes).links.map((link) => link.cid),
          )
        }
        if (!isAt(slices?.get(hexOf(block.cid)), block)) unlisted += 1
      }
      if (!next.value.right) {
        const message = 'The shard has other bytes than its CID says.'
        yield finding({ ...error, kind: 'damaged', blob: cid, message })
      }
      if (index !== undefined && (unlisted > 0 || slices?.size !== rightBlocks) && next.value.right) {
        yield finding({ ...error, kind: 'index', blob: cid, message: 'The index does not tell what is in the shard.' })
      }
    } catch (thrown) {
      yield finding(ofBlob(thrown, cid, 'A shard'))
    }
  }
  onBlocks?.({ links, there })
  const roots = [record.root, ...(unit.contents?.entries ?? []).map((entry) => entry.cid)]
  const lost = lostBlocks(roots, { links, there })
  if (lost > 0) {
    const message = `${lost} blocks of the unit are in none of its shards, or only damaged.`
    yield finding({ ...error, kind: 'incomplete', message })
  }
  const bytes = record.shards.reduce((sum, { size }) => sum + size, 0)
  const { unit: name, root, shards } = record
  yield {
    type: 'unit',
    unit: name,
    root,
    shards: shards.length,
    blocks,
    bytes,
    destroyed: unit.contents === undefined && unit.trouble === undefined,
    errors,
  }
}

const error = { severity: 'error' } as const

/** Blocks that the roots lead to, and that are not there. */
export function lostBlocks(roots: readonly string[], { links, there }: ProvenBlocks): number {
  const left = roots.map((root) => hexOf(parseCid(root)))
  const seen = new Set<string>()
  let lost = 0
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    if (!there.has(next)) lost += 1
    left.push(...(links.get(next) ?? []).map(hexOf))
  }
  return lost
}

function ofBlob(thrown: unknown, blob: string, what: string): Found {
  const code = isGantryError(thrown) ? thrown.code : undefined
  if (code === 'not_found') return { ...error, kind: 'missing', blob, message: `${what} is not there.` }
  if (code === 'integrity') return { ...error, kind: 'damaged', blob, message: `${what} is damaged, or cut off.` }
  throw thrown
}

function isAt(position: Position | undefined, { offset, size }: Position): boolean {
  return position?.offset === offset && position.size === size
}
