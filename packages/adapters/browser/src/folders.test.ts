import { afterEach, expect, test, vi } from 'vitest'

import { privateFolder } from './folders.ts'

afterEach(() => vi.unstubAllGlobals())

test('where a browser keeps no files for pages, that is what is said, and not that somebody may not', async () => {
  const getDirectory = async () => await Promise.reject(new DOMException('Security error', 'SecurityError'))
  vi.stubGlobal('navigator', { storage: { getDirectory } })
  await expect(privateFolder('studies')).rejects.toMatchObject({ code: 'unsupported' })
})

test('what fails otherwise stays what it is', async () => {
  const error = new DOMException('Out of it', 'UnknownError')
  vi.stubGlobal('navigator', { storage: { getDirectory: async () => await Promise.reject(error) } })
  await expect(privateFolder('studies')).rejects.toBe(error)
})
