import { afterEach, expect, test, vi } from 'vitest'

import { stayingOut } from './staying-out.ts'

afterEach(() => void vi.unstubAllGlobals())

test('a tab remembers that somebody signed out, until they sign in', () => {
  const kept = new Map<string, string>()
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  })
  expect(stayingOut.get()).toBe(false)
  stayingOut.set(true)
  expect(stayingOut.get()).toBe(true)
  stayingOut.set(false)
  expect(stayingOut.get()).toBe(false)
  expect(kept.size).toBe(0)
})

test('a browser that keeps nothing keeps nobody out', () => {
  const refuse = () => {
    throw new DOMException('', 'SecurityError')
  }
  vi.stubGlobal('sessionStorage', { getItem: refuse, setItem: refuse, removeItem: refuse })
  stayingOut.set(true)
  expect(stayingOut.get()).toBe(false)
})
