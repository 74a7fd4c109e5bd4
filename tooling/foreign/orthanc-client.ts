import type { OrthancAccess } from '@gantry-tooling/servers'

/** A study, a series of it, or an instance of that. */
export interface OrthancResource {
  readonly Study: string
  readonly Series?: string
  readonly Instance?: string
}

/** Orthanc as a DICOMweb client of a server that it was started with as one of its `peers`. */
export interface OrthancClient {
  /** QIDO-RS: the answer of the peer as Orthanc reads it, by tag (`0020000D`). */
  search(uri: string, filters?: Readonly<Record<string, string>>): Promise<readonly Record<string, OrthancElement>[]>
  /** WADO-RS: copies from the peer into Orthanc; how many instances came. */
  retrieve(...resources: readonly OrthancResource[]): Promise<number>
  /** STOW-RS: copies from Orthanc to the peer all that it has of a study. */
  store(studyInstanceUid: string): Promise<void>
}

export interface OrthancElement {
  readonly Name: string
  readonly vr: string
  readonly Value?: unknown
}

export function orthancClient(orthanc: OrthancAccess, peer: string): OrthancClient {
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const response = await fetch(orthanc.url + path, {
      method: 'POST',
      headers: orthanc.headers,
      body: JSON.stringify(body),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`Orthanc answered ${response.status} to ${path}: ${text}`)
    return JSON.parse(text)
  }
  const server = `/dicom-web/servers/${peer}`
  return {
    search: async (uri, filters = {}) =>
      (await post(`${server}/qido`, { Uri: uri, Arguments: filters })) as Record<string, OrthancElement>[],
    async retrieve(...resources) {
      const answer = await post(`${server}/retrieve`, { Resources: resources, Synchronous: true })
      return Number((answer as { ReceivedInstancesCount: string }).ReceivedInstancesCount)
    },
    async store(studyInstanceUid) {
      const query = { Level: 'Study', Query: { StudyInstanceUID: studyInstanceUid } }
      const found = (await post('/tools/find', query)) as string[]
      if (found.length === 0) throw new Error('Orthanc has no such study.')
      await post(`${server}/stow`, { Resources: found, Synchronous: true })
    },
  }
}
