import { type Bytes, isGantryError, type NewEntry } from '@gantry/core/driver'
import { parseIdentity } from '@gantry/dicom'

type Identity = NonNullable<NewEntry['image']>

/** Bytes of a file that are looked at; twice as many each time, up to the last. */
const firstLook = 64 * 1024
const lastLook = 1024 * 1024

/**
 * Which image a body is, told from its first bytes, and the same body again: a record without UIDs could not be found by
 * them when all else is lost. Nothing is told of other files, and of images that say it further behind.
 */
export async function identified(
  body: Bytes,
  size: number | undefined,
): Promise<{ readonly image?: Identity; readonly body: Bytes }> {
  const rest = body[Symbol.asyncIterator]()
  const held: Uint8Array[] = []
  let length = 0
  let done = false
  const again = async function* () {
    try {
      yield* held
      while (!done) {
        const next = await rest.next()
        if (next.done === true) done = true
        else yield next.value
      }
    } finally {
      if (!done) await rest.return?.()
    }
  }
  try {
    for (let wanted = firstLook; ; wanted *= 4) {
      while (!done && length < wanted) {
        const next = await rest.next()
        if (next.done === true) {
          done = true
          break
        }
        // A chunk is lent until the next is asked for.
        held.push(Uint8Array.from(next.value))
        length += next.value.length
      }
      const image = identityOf(Buffer.concat(held), done ? length : size)
      if (image !== undefined) return { image, body: again() }
      if (done || wanted >= lastLook) return { body: again() }
    }
  } catch (error) {
    if (!done) await rest.return?.()
    throw error
  }
}

function identityOf(bytes: Uint8Array, size: number = Number.MAX_SAFE_INTEGER): Identity | undefined {
  try {
    return parseIdentity(bytes, { size, checkPixelData: false })
  } catch (error) {
    if (isGantryError(error)) return undefined
    throw error
  }
}
