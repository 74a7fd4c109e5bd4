import type { KuboNode } from '../kubo/kubo.ts'
import { ask, titleOf } from './ask.ts'

/** A real Kubo node for a test file: `title` goes into the name of its tests, and says why they are skipped. */
export type RealKuboNode = KuboNode & { title: string }

/** The Kubo nodes of this test run, shared by all test files: pin roots of your own. */
export async function realKuboNodes(): Promise<RealKuboNode[]> {
  const nodes = await ask<KuboNode>('kubo')
  return nodes.map((node) => ({ ...node, title: titleOf(node) }))
}
