import type { Entry, ImageIdentity, Selection } from '@gantry/core'

/** What a selection names and nothing was found of. */
export interface MissingImages {
  /** Such as `studies/1.2.3/`: no entry can be called so. */
  readonly path: string
  readonly message: string
}

interface Level {
  /** How the resource is called (PS3.18 table 10.4.1-1). */
  readonly resource: string
  readonly key: keyof ImageIdentity
  readonly message: string
}

const levels = {
  studies: { resource: 'studies', key: 'studyInstanceUID', message: messageOf('study') },
  series: { resource: 'series', key: 'seriesInstanceUID', message: messageOf('series') },
  instances: { resource: 'instances', key: 'sopInstanceUID', message: messageOf('instance') },
} as const satisfies Readonly<Record<string, Level>>

/**
 * What a selection names by UID, and of which nothing has been seen. Of a modality or a day there may be nothing; who names an
 * image by its UID means that one.
 */
export class NamedImages {
  readonly #unseen: readonly (Level & { readonly uids: Set<string> })[]

  constructor(selection: Selection) {
    this.#unseen = (['studies', 'series', 'instances'] as const).flatMap((list) => {
      const uids = selection[list]
      return uids === undefined ? [] : [{ ...levels[list], uids: new Set(uids) }]
    })
  }

  /** To be told of every entry that is selected. */
  see({ image }: Entry): void {
    if (image === undefined) return
    for (const { key, uids } of this.#unseen) uids.delete(String(image[key]))
  }

  /** In the order in which they were named. */
  missing(): MissingImages[] {
    return this.#unseen.flatMap(({ resource, message, uids }) =>
      [...uids].map((uid) => ({ path: `${resource}/${uid}/`, message })),
    )
  }
}

function messageOf(level: 'study' | 'series' | 'instance'): string {
  const option = level === 'instance' ? '' : `, --${level}`
  return `There is nothing of this ${level} there that is asked for: check its UID${option}.`
}
