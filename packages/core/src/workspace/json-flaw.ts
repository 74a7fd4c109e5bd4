import { GantryError } from '../errors/gantry-error.ts'

/** What is wrong with JSON, and where. The problem names no value: that may be a patient's name, or a key. */
export interface JsonFlaw {
  readonly path: readonly PropertyKey[]
  readonly problem: string
}

/** `invalid`, with the field in `path`: `shapes[3].points[0]`. */
export function invalidJson({ path, problem }: JsonFlaw): GantryError {
  return new GantryError('invalid', `The JSON is refused: ${problem}. Mend the field that \`path\` names.`, {
    path: fieldPath(path),
  })
}

const longestShownKey = 64

/** A field as JavaScript would name it; keys are cut, because who wrote the JSON chose them. */
function fieldPath(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`
      const name = String(key)
      if (/^[A-Za-z_][\w-]{0,63}$/u.test(name)) return index === 0 ? name : `.${name}`
      return `[${JSON.stringify(name.slice(0, longestShownKey))}]`
    })
    .join('')
}
