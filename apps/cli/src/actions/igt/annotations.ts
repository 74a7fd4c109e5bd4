import { type Bytes, bytesOf, collect, GantryError, keepLayout, type Layout } from '@gantry/core'

const longest = 64 * 1024 * 1024

/**
 * Where annotations lie in the cloud: `.json` of `STUDY/folder/name/` lies in `folder` itself, as igtcloud sends it, and whoever shows
 * annotations looks for it there. All else keeps its path.
 */
export function annotationLayout(structure: 'flat' | 'hierarchical'): Layout {
  const study = structure === 'flat' ? 2 : 3
  return (entry) => {
    const segments = keepLayout(entry).split('/')
    const isNamed = isJson(entry.path) && segments.length >= study + 3
    return segments.filter((_, index) => !isNamed || index !== study + 1).join('/')
  }
}

/** The body of an annotation, once it was seen that it is what its name says. */
export async function checkedAnnotation(path: string, body: Bytes): Promise<Bytes> {
  if (!isJson(path)) return body
  const bytes = await collect(body, longest)
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new GantryError('invalid', 'The annotation is no JSON: put it right, or leave it out by --exclude.', { path })
  }
  return bytesOf(bytes)
}

function isJson(path: string): boolean {
  return path.endsWith('.json')
}
