import type { Shape, WorkspaceView } from '@gantry/core'
import { createDeidentifier, type Deidentifier } from '@gantry/deidentify'

import type { DeidentifyChoice, Left } from './model.ts'

/** A choice, and the key by which pseudonyms and UIDs are made: one for each share, so that no two can be put together. */
export interface DeidentifyPlan extends DeidentifyChoice {
  /** In hexadecimal. */
  readonly key: string
}

export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** `item`: the id of what is de-identified, for rows that are blanked in it. */
export function deidentifierFor(plan: DeidentifyPlan, item?: string): Deidentifier {
  const { key, retain, clean, blankRows } = plan
  const rows = item === undefined ? 0 : (blankRows[item] ?? 0)
  return createDeidentifier({
    key: Uint8Array.from(key.match(/../gu) ?? [], (byte) => Number.parseInt(byte, 16)),
    retain,
    clean,
    // What is beyond the image is left out.
    ...(rows > 0 && { blank: [{ x: 0, y: 0, width: 65_535, height: rows }] }),
  })
}

/** Drawings and views say which images they belong to: those have other UIDs now. */
export function leftOf(
  { shapes, views }: Pick<Left, 'shapes' | 'views'>,
  plan: DeidentifyPlan,
): Pick<Left, 'shapes' | 'views'> {
  if (plan.retain.includes('uids')) return { shapes, views }
  const { hash } = deidentifierFor(plan)
  return {
    shapes: shapes.map((shape): Shape => ({
      ...shape,
      ...(shape.sopInstanceUID !== undefined && { sopInstanceUID: hash.uid(shape.sopInstanceUID) }),
      ...(shape.frameOfReferenceUID !== undefined && { frameOfReferenceUID: hash.uid(shape.frameOfReferenceUID) }),
    })),
    views: views.map((view): WorkspaceView => {
      const ours = view['gantry'] as { readonly instance?: string } | undefined
      return ours?.instance === undefined ? view : { ...view, gantry: { ...ours, instance: hash.uid(ours.instance) } }
    }),
  }
}
