import * as z from 'zod'

/** The file in a study's folder that says which study it is. */
export const documentName = 'study.json'

export type StudyDocument = Readonly<Record<string, unknown>>

/** What a `study.json` says, its names in camel case as the API has them; `undefined` for what is no such thing. */
export function parseDocument(text: string): StudyDocument | undefined {
  try {
    const parsed = z.record(z.string(), z.unknown()).safeParse(JSON.parse(text))
    return parsed.success ? (camelCase(parsed.data) as StudyDocument) : undefined
  } catch {
    return undefined
  }
}

export function formatDocument(study: StudyDocument): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(study, undefined, 4))
}

export function idOf(document: StudyDocument | undefined): string | undefined {
  const id = document?.['studyDatabaseId']
  return typeof id === 'string' && id !== '' ? id : undefined
}

/** Other clients write `study_database_id`. */
function camelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCase)
  if (typeof value !== 'object' || value === null) return value
  const renamed = Object.entries(value).map(([name, one]) => [
    name.replaceAll(/(?<=[a-z0-9])_([a-z0-9])/gu, (_, letter: string) => letter.toUpperCase()),
    camelCase(one),
  ])
  return Object.fromEntries(renamed) as unknown
}
