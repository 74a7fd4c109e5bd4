import { type Abilities, type StoreDriver, utf8Length } from '@gantry/core/driver'
import { codeOfConnectionError } from '@gantry/http'

import { list } from './object/list.ts'
import { read } from './object/read.ts'
import { remove } from './object/remove.ts'
import { stat } from './object/stat.ts'
import { write } from './object/write.ts'
import { Service, type ServiceOptions } from './service.ts'
import { Uploads } from './upload/uploads.ts'

/** The wire's limit. */
const longestPath = 4096

export function openDriver(options: ServiceOptions): StoreDriver {
  const service = new Service(options)
  const uploads = new Uploads(service)
  const left = longestPath - utf8Length(options.prefix)
  const abilities: Abilities = {
    write: true,
    remove: true,
    conditional: true,
    versions: true,
    digests: ['crc32'],
    modified: 'given',
    order: 'path',
    longestPath: left,
    longestSegment: left,
    resumable: uploads.ability,
  }
  return {
    contract: 1,
    scheme: 'hub',
    abilities,
    list: (selection, call) => list(service, selection, call),
    stat: async (path, call) => await stat(service, path, call),
    read: async (ref, range, call) => await read(service, ref, range, call),
    write: async (entry, body, call) => await write(service, uploads, entry, body, call),
    remove: async (path, call) => await remove(service, path, call),
    codeOf: codeOfConnectionError,
    resumable: uploads,
    async close() {
      options.transport.close()
    },
  }
}
