import type { Rig } from './rig.ts'

export const multipart = 'multipart/related; type="application/dicom"; boundary=b'

/** Instances as the parts of a request. */
export function bodyOf(
  files: readonly Uint8Array[],
  { measured = true, type = 'application/dicom' } = {},
): Buffer<ArrayBuffer> {
  const parts = files.flatMap((bytes) => [
    Buffer.from(`--b\r\nContent-Type: ${type}\r\n${measured ? `Content-Length: ${bytes.length}\r\n` : ''}\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...parts, Buffer.from('--b--\r\n')])
}

export interface Stored {
  readonly status: number
  readonly stored: readonly string[]
  readonly failed: readonly (readonly [string, number])[]
  readonly others: readonly number[]
}

type Item = Readonly<Record<string, { readonly Value: readonly (string & number)[] }>>

/** Sends it, and tells what is said to have become of it: UIDs, and reasons. */
export async function store(
  { get }: Rig,
  body: string | Uint8Array<ArrayBuffer>,
  path = '/studies',
  type = multipart,
): Promise<Stored> {
  const response = await get(path, { method: 'POST', headers: { 'content-type': type }, body })
  const json = (await response.json()) as Record<string, { Value?: Item[] }>
  const items = (tag: string) => json[tag]?.Value ?? []
  const uid = (item: Item) => String(item['00081155']?.Value[0])
  const reason = (item: Item) => Number(item['00081197']?.Value[0])
  return {
    status: response.status,
    stored: items('00081199').map(uid),
    failed: items('00081198').map((item) => [uid(item), reason(item)] as const),
    others: items('0008119A').map(reason),
  }
}
