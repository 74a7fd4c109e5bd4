import { describe, expect, test } from 'vitest'

import { image } from '../testing/image.ts'
import { type Rig, rig } from '../testing/rig.ts'

/** Three studies of two patients; the second study has two series. */
function files() {
  return {
    'a.dcm': image({ study: '1.1', series: '1.1.1', instance: '1.1.1.1', studyDate: '20240115', accession: 'ACC-1' }),
    'b.dcm': image({ study: '1.2', series: '1.2.1', instance: '1.2.1.1', studyDate: '20240220', modality: 'MR' }),
    'c.dcm': image({
      study: '1.2',
      series: '1.2.2',
      instance: '1.2.2.1',
      studyDate: '20240220',
      modality: 'CT',
      number: 1,
    }),
    'd.dcm': image({
      study: '1.2',
      series: '1.2.2',
      instance: '1.2.2.2',
      studyDate: '20240220',
      modality: 'CT',
      number: 2,
    }),
    'e.dcm': image({
      study: '1.3',
      series: '1.3.1',
      instance: '1.3.1.1',
      studyDate: '20250301',
      patientID: 'P2',
      patientName: 'García^Ana',
      modality: 'US',
    }),
    'readme.txt': Buffer.from('not an image'),
  }
}

async function uids({ search }: Rig, path: string): Promise<unknown[]> {
  const tag = path.includes('/instances') ? '00080018' : path.includes('/series') ? '0020000E' : '0020000D'
  return (await search(path)).map((result) => result[tag]?.Value?.[0])
}

describe('searching', () => {
  test('by keys, at all roots', async () => {
    const served = await rig({ files: files() })
    const cases: readonly (readonly [string, readonly string[]])[] = [
      ['/studies', ['1.1', '1.2', '1.3']],
      ['/studies?PatientID=P1', ['1.1', '1.2']],
      ['/studies?00100020=P2', ['1.3']],
      ['/studies?PatientID=P*', ['1.1', '1.2', '1.3']],
      ['/studies?PatientID=?2', ['1.3']],
      ['/studies?PatientName=m%C3%BCller*', ['1.1', '1.2']],
      ['/studies?PatientName=MULLER%5EJORG', ['1.1', '1.2']],
      ['/studies?PatientName=ana&fuzzymatching=true', ['1.3']],
      ['/studies?StudyDate=20240115', ['1.1']],
      ['/studies?StudyDate=20240116-', ['1.2', '1.3']],
      ['/studies?StudyDate=-20240220', ['1.1', '1.2']],
      ['/studies?StudyDate=20240116-20241231', ['1.2']],
      ['/studies?StudyInstanceUID=1.1,1.3', ['1.1', '1.3']],
      ['/studies?StudyInstanceUID=1.1&StudyInstanceUID=1.2', ['1.1', '1.2']],
      ['/studies?AccessionNumber=ACC-1', ['1.1']],
      ['/studies?ModalitiesInStudy=CT', ['1.1', '1.2']],
      ['/studies?ModalitiesInStudy=MR&PatientID=P1', ['1.2']],
      ['/studies?NumberOfStudyRelatedInstances=3', ['1.2']],
      ['/studies?StudyDescription=He*', ['1.1', '1.2', '1.3']],
      ['/studies?PatientID=nobody', []],
      ['/studies?PatientID=*', ['1.1', '1.2', '1.3']],
      ['/series', ['1.1.1', '1.2.1', '1.2.2', '1.3.1']],
      ['/series?Modality=CT', ['1.1.1', '1.2.2']],
      ['/series?PatientID=P1&Modality=CT%5CMR', ['1.1.1', '1.2.1', '1.2.2']],
      ['/series?SeriesInstanceUID=1.2.2', ['1.2.2']],
      ['/studies/1.2/series', ['1.2.1', '1.2.2']],
      ['/studies/1.2/series?Modality=MR', ['1.2.1']],
      ['/instances', ['1.1.1.1', '1.2.1.1', '1.2.2.1', '1.2.2.2', '1.3.1.1']],
      ['/instances?SOPInstanceUID=1.2.2.1,1.3.1.1', ['1.2.2.1', '1.3.1.1']],
      ['/instances?PatientID=P2', ['1.3.1.1']],
      ['/instances?InstanceNumber=2', ['1.2.2.2']],
      ['/instances?Modality=CT', ['1.1.1.1', '1.2.2.1', '1.2.2.2']],
      ['/instances?SeriesInstanceUID=1.2.2', ['1.2.2.1', '1.2.2.2']],
      ['/studies/1.2/instances', ['1.2.1.1', '1.2.2.1', '1.2.2.2']],
      ['/studies/1.2/instances?Modality=CT', ['1.2.2.1', '1.2.2.2']],
      ['/studies/1.2/series/1.2.2/instances', ['1.2.2.1', '1.2.2.2']],
      ['/studies/1.2/series/1.2.2/instances?SOPInstanceUID=1.2.2.2', ['1.2.2.2']],
      ['/studies/1.9/series', []],
    ]
    for (const [path, expected] of cases) expect([path, await uids(served, path)]).toEqual([path, expected])
    expect(served.errors).toEqual([])
  })

  test('tells what the standard demands, and what was asked for besides', async () => {
    const { search, url } = await rig({ files: files() })
    const [study] = await search('/studies?StudyInstanceUID=1.2')
    expect(study).toMatchObject({
      '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
      '00080056': { vr: 'CS', Value: ['ONLINE'] },
      '00080061': { vr: 'CS', Value: ['CT', 'MR'] },
      '00081190': { vr: 'UR', Value: [`${url}/studies/1.2`] },
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Müller^Jörg', Ideographic: '日本^太郎' }] },
      '00201206': { vr: 'IS', Value: [2] },
      '00201208': { vr: 'IS', Value: [3] },
    })
    const [series] = await search('/studies/1.2/series?Modality=CT')
    expect(series).toMatchObject({ '00080060': { vr: 'CS', Value: ['CT'] }, '00201209': { vr: 'IS', Value: [2] } })
    expect(series).not.toHaveProperty('00100010')
    expect((await search('/series?Modality=CT'))[0]).toHaveProperty('00100010')
    const [instance] = await search('/studies/1.2/series/1.2.2/instances')
    expect(instance).toMatchObject({
      '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.7'] },
      '00081190': { vr: 'UR', Value: [`${url}/studies/1.2/series/1.2.2/instances/1.2.2.1`] },
      '00280010': { vr: 'US', Value: [8] },
      '00083002': { vr: 'UI', Value: ['1.2.840.10008.1.2.1'] },
    })
    expect(instance).not.toHaveProperty('00280004')
    expect((await search('/instances?includefield=PhotometricInterpretation'))[0]).toHaveProperty('00280004')
    // Not in the index: the header is read.
    expect((await search('/instances?includefield=00280103'))[0]).toMatchObject({
      '00280103': { vr: 'US', Value: [0] },
    })
    const all = (await search('/instances?includefield=all'))[0]
    expect(all).toMatchObject({ '00280103': {}, '00280004': {}, '7FE00010': { vr: 'OW' } })
  })

  test('elements are in order in every result', async () => {
    const { get } = await rig({ files: files() })
    const text = await (await get('/instances?includefield=all&limit=1')).text()
    const tags = [...text.matchAll(/"([0-9A-F]{8})":\{"vr"/gu)].map(([, tag]) => String(tag))
    expect(tags.length).toBeGreaterThan(20)
    expect(tags).toEqual(tags.toSorted())
  })

  test('page by page, with a warning as long as there is more', async () => {
    const { get } = await rig({ files: files(), limits: { searchResults: 3 } })
    for (const query of ['', '&PatientID=*', '&Rows=8']) {
      const seen: string[] = []
      for (let offset = 0; ; offset += 2) {
        const response = await get(`/instances?limit=2&offset=${offset}${query}`)
        const found = (await response.json()) as { '00080018': { Value: string[] } }[]
        seen.push(...found.map((one) => one['00080018'].Value[0] as string))
        if (found.length < 2) break
        expect(response.headers.has('warning')).toBe(offset + 2 < 5)
      }
      expect(seen).toEqual(['1.1.1.1', '1.2.1.1', '1.2.2.1', '1.2.2.2', '1.3.1.1'])
    }
    const most = await get('/instances')
    expect(await most.json()).toHaveLength(3)
    expect(most.headers.get('warning')).toMatch(/^299 gantry "There are additional results/u)
    expect(await (await get('/instances?limit=0')).json()).toEqual([])
    expect(await (await get('/instances?offset=99')).json()).toEqual([])
  })

  test.each([
    ['/studies?Nonsense=1', 400],
    ['/studies?limit=x', 400],
    ['/studies?limit=-1', 400],
    ['/studies?StudyDate=yesterday', 400],
    ['/studies?includefield=Nonsense', 400],
    ['/studies?fuzzymatching=perhaps', 400],
    ['/studies?Modality=CT', 400],
    ['/studies?PatientID=1&PatientID=2', 400],
    ['/instances?WindowCenter=40', 400],
    ['/studies/x/series', 400],
    ['/studies/1.2/nothing', 404],
    ['/patients', 404],
  ])('%s is answered with %i, in JSON, without its values', async (path, status) => {
    const { get } = await rig()
    const response = await get(path)
    const text = await response.text()
    expect([response.status, JSON.parse(text)]).toMatchObject([status, { error: { code: status } }])
    expect(text).not.toContain('yesterday')
  })

  test('parameters that say how it shall be answered are no keys', async () => {
    const { get } = await rig({ files: files() })
    const all = await (await get('/instances')).json()
    const response = await get('/instances?charset=utf-8&accept=application/json')
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json'])
    expect(await response.json()).toEqual(all)
    expect((await get('/studies?accept=image/png')).status).toBe(406)
  })

  test('in JSON alone', async () => {
    const { get } = await rig({ files: files() })
    const types = async (accept: string) => {
      const response = await get('/studies', { headers: { accept } })
      return [response.status, response.headers.get('content-type')]
    }
    expect(await types('*/*')).toEqual([200, 'application/dicom+json'])
    expect(await types('application/json')).toEqual([200, 'application/json'])
    expect(await types('application/dicom+xml, application/dicom+json;q=0.5')).toEqual([200, 'application/dicom+json'])
    expect((await types('multipart/related; type="application/dicom+xml"'))[0]).toBe(406)
    expect((await types('application/dicom+json;q=0'))[0]).toBe(406)
  })
})
