import { type Call, isAtOrBelow, type Upload } from '@gantry/core/driver'
import { decodeKey, elementOf, elementsOf, nextOf } from '@gantry/http'

import { objectsBelow } from '../object/list.ts'
import { timeOf } from '../object/resource.ts'
import { notOfGcs, type Service } from '../service/service.ts'
import { stagedFolder, uploadOfKey } from './staged.ts'

/** Uploads in parts that were begun at or below `prefix`, by whomever, and what they left on its way to its name. */
export async function* unfinished(service: Service, prefix = '', call: Call): AsyncGenerator<Upload, void, undefined> {
  const { prefix: root } = service.settings
  const isWanted = ({ path }: Upload) => isAtOrBelow(path, prefix)
  const beginnings = prefix === '' ? [root] : [root + prefix, root + stagedFolder]
  for (const beginning of beginnings) {
    for await (const upload of uploadsBelow(service, beginning, call)) if (isWanted(upload)) yield upload
  }
  for await (const { name, timeCreated } of objectsBelow(service, root + stagedFolder, call)) {
    const upload = uploadOfKey(service, name, '')
    const started = timeOf(timeCreated)
    if (upload !== undefined && isWanted(upload)) yield { ...upload, ...(started !== undefined && { started }) }
  }
}

async function* uploadsBelow(service: Service, prefix: string, call: Call): AsyncGenerator<Upload, void, undefined> {
  let token: string | undefined
  let markers: Readonly<Record<string, string | undefined>> = {}
  for (;;) {
    const query = { uploads: '', 'encoding-type': 'url', ...(prefix !== '' && { prefix }), ...markers }
    const { text } = await service.text(
      { method: 'GET', url: service.xmlUrl(undefined, query) },
      { signal: call.signal },
    )
    if (!/<\/ListMultipartUploadsResult>\s*$/u.test(text)) throw notOfGcs()
    const isEncoded = elementOf(text, 'EncodingType') === 'url'
    const decoded = (name: string, xml: string) => {
      const key = elementOf(xml, name)
      return key !== undefined && isEncoded ? decodeKey(key) : key
    }
    for (const element of elementsOf(text, 'Upload')) {
      const key = decoded('Key', element)
      const id = elementOf(element, 'UploadId')
      if (key === undefined || id === undefined) throw notOfGcs()
      const upload = uploadOfKey(service, key, id)
      const started = timeOf(elementOf(element, 'Initiated'))
      if (upload !== undefined) yield { ...upload, ...(started !== undefined && { started }) }
    }
    if (elementOf(text, 'IsTruncated') !== 'true') return
    markers = {
      'key-marker': decoded('NextKeyMarker', text),
      'upload-id-marker': elementOf(text, 'NextUploadIdMarker'),
    }
    token = nextOf(JSON.stringify(markers), token)
  }
}
