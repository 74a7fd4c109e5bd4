import { type Bytes, GantryError, keepLayout, type Layout } from '@gantry/core'

import { JsonCheck } from './json-check.ts'

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

/**
 * Refuses an annotation that is not what its name says: one rule for all lengths. All of it is seen, and none of it kept, before any of
 * it is sent, from its beginning or from where an earlier run has got to; so it is read once more.
 */
export async function checkAnnotation(path: string, open: () => Promise<Bytes>): Promise<void> {
  if (!isJson(path) || (await isJsonText(await open()))) return
  throw new GantryError(
    'invalid',
    'The annotation is no JSON, or nested too deeply: put it right, or leave it out by --exclude.',
    { path },
  )
}

async function isJsonText(body: Bytes): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const check = new JsonCheck()
  for await (const chunk of body) {
    const text = textOf(() => decoder.decode(chunk, { stream: true }))
    if (text === undefined || !check.push(text)) return false
  }
  const rest = textOf(() => decoder.decode())
  return rest !== undefined && check.push(rest) && check.end()
}

/** Nothing where it is no UTF-8. */
function textOf(decode: () => string): string | undefined {
  try {
    return decode()
  } catch {
    return undefined
  }
}

function isJson(path: string): boolean {
  return path.endsWith('.json')
}
