import { type DicomJson, type GantryError, Store } from '@gantry/core'
import { expect, test } from 'vitest'

import { dicomweb } from '../index.ts'

const found = (series: string, instance: string, told?: number): DicomJson => ({
  '0020000D': { vr: 'UI', Value: ['1.2'] },
  '0020000E': { vr: 'UI', Value: [series] },
  '00080018': { vr: 'UI', Value: [instance] },
  ...(told !== undefined && { '00201209': { vr: 'IS', Value: [told] } }),
})

test('behind a series of which as many came as there are, no page is asked for', async () => {
  const matches: Record<string, readonly DicomJson[]> = {
    '/rs/studies': [found('', '')],
    '/rs/studies/1.2/series': [found('1.3', '', 2), found('1.4', '')],
    '/rs/studies/1.2/series/1.3/instances': [found('1.3', '1.3.1'), found('1.3', '1.3.2')],
    '/rs/studies/1.2/series/1.4/instances': [found('1.4', '1.4.1')],
  }
  const asked: string[] = []
  const service = async (url: string | URL | Request) => {
    const { pathname, searchParams } = new URL(url instanceof Request ? url.url : url)
    asked.push(pathname)
    const page = searchParams.has('offset') ? [] : (matches[pathname] ?? [])
    return new Response(JSON.stringify(page), { headers: { 'content-type': 'application/dicom+json' } })
  }
  const store = new Store(dicomweb({ root: 'https://dicom.example/rs', profile: 'generic', fetch: service }))
  const paths: string[] = []
  for await (const { path } of store.list()) paths.push(path.split('/').at(-1) ?? '')
  expect(paths).toEqual(['1.3.1', '1.3.2', '1.4.1'])
  const pagesOf = (series: string) => asked.filter((path) => path.endsWith(`/${series}/instances`)).length
  // Of one whose number is not told, only an empty page says that it was all.
  expect([pagesOf('1.3'), pagesOf('1.4')]).toEqual([1, 2])
})

/** A service of one series, which says with every answer that it could not read all that it keeps. */
async function lackingService(url: string | URL | Request): Promise<Response> {
  const { pathname } = new URL(url instanceof Request ? url.url : url)
  const matches = pathname.endsWith('.999/instances') ? [] : [found('1.3', '1.3.1', 1)]
  const warning = '299 gantry "Not all of the store could be read: there may be more than what was found"'
  const headers = { 'content-type': 'application/dicom+json', warning }
  return new Response(JSON.stringify(matches), { headers })
}

test('what a service could not read is named once, behind all that it knows of, and is no reason to fail', async () => {
  const store = new Store(dicomweb({ root: 'https://dicom.example/rs', profile: 'dcm4chee', fetch: lackingService }))
  for (const prefix of ['', 'studies/1.2', 'studies/1.2/series/1.3']) {
    const refused: string[] = []
    const paths: string[] = []
    const onRefused = (name: string, why: GantryError) => void refused.push(`${name} ${why.code}`)
    for await (const { path } of store.list({ prefix }, { onRefused })) paths.push(path)
    expect(paths).toEqual(['studies/1.2/series/1.3/instances/1.3.1'])
    expect(refused).toEqual([`./${prefix || 'studies'}/ integrity`])
  }
  await expect(store.stat('studies/1.2/series/1.999/instances/1.9')).rejects.toMatchObject({ code: 'not_found' })
})
