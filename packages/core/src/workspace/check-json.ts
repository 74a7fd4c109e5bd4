import type { JsonFlaw } from './json-flaw.ts'
import { jsonLimits } from './limits.ts'

/** Keys that reach an object's prototype where someone copies fields without care. */
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

interface Budget {
  values: number
  characters: number
  readonly goodKeys: Set<string>
}

interface Found {
  /** Innermost key first. */
  readonly path: PropertyKey[]
  readonly problem: string
}

/**
 * What is wrong with a value that is to be JSON: anything that JSON cannot keep unchanged (NaN, lone surrogates, dates,
 * cycles), keys that reach a prototype, and more of anything than `jsonLimits`. Members that are `undefined` are left
 * out by JSON, and pass.
 */
export function flawOfJson(value: unknown): JsonFlaw | undefined {
  const found = flawOf(value, 0, { values: 0, characters: 0, goodKeys: new Set() })
  return found === undefined ? undefined : { path: found.path.toReversed(), problem: found.problem }
}

function flawOf(value: unknown, depth: number, budget: Budget): Found | undefined {
  budget.values += 1
  if (budget.values > jsonLimits.values) return flaw(`it has more than ${jsonLimits.values} values`)
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? undefined : flaw('a number is not finite')
    case 'string':
      return flawOfText(value, jsonLimits.string, budget)
    case 'boolean':
      return undefined
    case 'object':
      if (value === null) return undefined
      // Also where a cycle ends.
      if (depth >= jsonLimits.depth) return flaw(`arrays and objects are nested deeper than ${jsonLimits.depth}`)
      return Array.isArray(value)
        ? flawOfArray(value as readonly unknown[], depth + 1, budget)
        : flawOfObject(value, depth + 1, budget)
    default:
      return flaw('it is no value of JSON')
  }
}

function flawOfArray(items: readonly unknown[], depth: number, budget: Budget): Found | undefined {
  if (items.length > jsonLimits.items) return flaw(`an array has more than ${jsonLimits.items} items`)
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index]
    // Most of what there is are coordinates.
    if (typeof item === 'number' && Number.isFinite(item)) {
      budget.values += 1
      continue
    }
    const found = flawOf(item, depth, budget)
    if (found !== undefined) return within(index, found)
  }
  return undefined
}

function flawOfObject(object: object, depth: number, budget: Budget): Found | undefined {
  const prototype: unknown = Object.getPrototypeOf(object)
  // Plain objects of any realm: their prototype is the end of the chain.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return flaw('it is no plain object')
  const keys = Object.keys(object)
  if (keys.length > jsonLimits.members) return flaw(`an object has more than ${jsonLimits.members} members`)
  for (const key of keys) {
    const value = (object as Record<string, unknown>)[key]
    const found = flawOfKey(key, budget) ?? (value === undefined ? undefined : flawOf(value, depth, budget))
    if (found !== undefined) return within(key, found)
  }
  return undefined
}

/** How many keys are remembered as good: those that occur again and again are among the first. */
const rememberedKeys = 1000

function flawOfKey(key: string, budget: Budget): Found | undefined {
  budget.characters += key.length
  if (budget.goodKeys.has(key)) return undefined
  if (forbiddenKeys.has(key)) return flaw('this key is not allowed')
  const found = flawOfText(key, jsonLimits.key, budget)
  if (found === undefined && budget.goodKeys.size < rememberedKeys) budget.goodKeys.add(key)
  return found
}

function flawOfText(text: string, longest: number, budget: Budget): Found | undefined {
  budget.characters += text.length
  if (text.length > longest) return flaw(`a text is longer than ${longest} characters`)
  if (budget.characters > jsonLimits.text)
    return flaw(`all texts together are longer than ${jsonLimits.text} characters`)
  return text.isWellFormed() ? undefined : flaw('a text is not well-formed Unicode')
}

function flaw(problem: string): Found {
  return { path: [], problem }
}

function within(key: PropertyKey, found: Found): Found {
  found.path.push(key)
  return found
}
