import { createHash } from 'node:crypto'

import { distinctPath, type Store } from '@gantry/core'

import { unlessFits } from './place-of.ts'
import type { Planning } from './planning.ts'

/**
 * Gives entries that would end up at one path a path each, the same ones in every run. Where paths name images there is
 * no other path for the same image: then all but the first are paired with it. There may be as many as there are entries:
 * each page of them that is written is a step of the plan.
 */
export async function separate({ journal, to, transforms, signal, watched }: Planning): Promise<void> {
  const stepped = () => {
    // Who gave this plan up may be at the next one.
    signal.throwIfAborted()
    watched.touch()
  }
  if (to.abilities.layout !== undefined) {
    for await (const page of journal.collisions()) {
      stepped()
      await journal.pair(page.map(({ id, first }) => ({ id, twin: first })))
      stepped()
    }
    return
  }
  const alias = transforms.find((transform) => transform.alias !== undefined)
  const tagOf = (path: string) => alias?.alias?.(path) ?? createHash('sha256').update(path).digest('hex').slice(0, 8)
  // A path that was given to tell two apart may be the very one that a third has.
  for (let again = true, round = 0; again; round += 1) {
    again = false
    for await (const page of journal.collisions()) {
      stepped()
      const tag = (path: string) => tagOf(`${path}${'\0'.repeat(round)}`)
      await journal.retarget(page.map(({ id, path, target }) => ({ id, target: fittingPath(target, tag(path), to) })))
      stepped()
      again = true
    }
  }
}

/** The name is cut where it would get too long; one that is too long by itself fails, as the first of its name does. */
function fittingPath(target: string, tag: string, to: Store): string {
  const whole = distinctPath(target, tag)
  if (unlessFits(target, to) !== undefined) return whole
  const at = whole.lastIndexOf(`-${tag}`)
  const end = whole.slice(at)
  let name = whole.slice(0, at)
  while (unlessFits(name + end, to) !== undefined && /[^/].$/su.test(name)) name = name.replace(/.$/su, '')
  return name + end
}
