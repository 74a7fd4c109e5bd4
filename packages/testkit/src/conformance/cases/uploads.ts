import assert from 'node:assert/strict'

import type { Bench } from '../bench.ts'
import { contentOf } from '../bodies.ts'
import { group } from '../conformance-case.ts'
import { failsWith, sameBytes } from '../expectations.ts'
import { planUpload, putPart, putParts, uploadsOf } from '../upload-plan.ts'

async function wholeOfParts(bench: Bench): Promise<void> {
  const uploads = uploadsOf(bench.store)
  const { content, parts, entry } = planUpload(bench, 3)
  const upload = await uploads.begin(entry)
  assert.deepEqual(JSON.parse(JSON.stringify(upload)), upload, 'an upload must survive a journal')
  const put = await putParts(uploads, upload, parts, content)
  assert.deepEqual(JSON.parse(JSON.stringify(put)), put, 'a part must survive a journal')
  await failsWith(bench.store.stat(entry.path), 'not_found')
  assert.deepEqual(await bench.paths(), [], 'nothing is listed before it is complete')
  const stored = await uploads.complete(upload, entry, put)
  assert.equal(stored.size, content.length)
  assert.equal(stored.path, entry.path)
  sameBytes(await bench.get(entry.path), content, 'the whole')
  assert.deepEqual(await bench.paths(), [entry.path])
  const looked = await bench.store.stat(entry.path)
  assert.equal(looked.size, stored.size)
  if (bench.abilities.versions) assert.equal(stored.version, looked.version, 'the version that complete told')
}

async function onePart(bench: Bench): Promise<void> {
  const uploads = uploadsOf(bench.store)
  const { content, parts, entry } = planUpload(bench, 1)
  const upload = await uploads.begin(entry)
  await uploads.complete(upload, entry, await putParts(uploads, upload, parts, content))
  sameBytes(await bench.get(entry.path), content, 'the whole')
}

async function overAnEntry(bench: Bench): Promise<void> {
  const uploads = uploadsOf(bench.store)
  const { content, parts, entry } = planUpload(bench, 2)
  const old = contentOf(9, 1000)
  await bench.put(entry.path, old)
  const upload = await uploads.begin(entry)
  const put = await putParts(uploads, upload, parts, content)
  sameBytes(await bench.get(entry.path), old, 'the old one, until the new one is complete')
  await uploads.complete(upload, entry, put)
  sameBytes(await bench.get(entry.path), content, 'the new one')
}

async function again(bench: Bench): Promise<void> {
  const uploads = uploadsOf(bench.store)
  const { content, parts, entry } = planUpload(bench, 3)
  const upload = await uploads.begin(entry)
  const wrong = contentOf(5, content.length)
  await putParts(uploads, upload, parts.slice(0, 2), wrong)
  const put = await putParts(uploads, upload, parts, content)
  assert.equal((await uploads.listParts(upload)).length, 3, 'a part that is put again is one part')
  await uploads.complete(upload, entry, put)
  sameBytes(await bench.get(entry.path), content, 'the whole, of what was put last')
}

async function wrongSize(bench: Bench): Promise<void> {
  const uploads = uploadsOf(bench.store)
  const { content, parts, entry } = planUpload(bench, 2)
  const [first, second] = parts
  assert.ok(first !== undefined && second !== undefined)
  const upload = await uploads.begin(entry)
  const kept = await putPart(uploads, upload, first, content)
  const longer = { ...second, size: second.size + 1 }
  await failsWith(putPart(uploads, upload, longer, content), 'integrity')
  const shorter = { ...second, size: second.size - 1 }
  const body = (async function* () {
    yield content.subarray(second.offset, second.offset + second.size)
  })()
  await failsWith(uploads.putPart(upload, shorter, body), 'integrity')
  assert.deepEqual(
    (await uploads.listParts(upload)).map(({ number }) => number),
    [1],
    'the parts that are listed',
  )
  const put = await putPart(uploads, upload, second, content)
  await uploads.complete(upload, entry, [kept, put])
  sameBytes(await bench.get(entry.path), content, 'the whole')
}

async function missingPart(bench: Bench): Promise<void> {
  const uploads = uploadsOf(bench.store)
  const { content, parts, entry } = planUpload(bench, 3)
  const upload = await uploads.begin(entry)
  const put = await putParts(uploads, upload, parts, content)
  for (const some of [put.slice(0, 2), [...put.slice(0, 1), ...put.slice(2)], []]) {
    const error = await failsWith(
      uploads.complete(upload, entry, some),
      'invalid',
      'integrity',
      'not_found',
      'precondition_failed',
    )
    assert.notEqual(error.code, 'internal')
    await failsWith(bench.store.stat(entry.path), 'not_found')
  }
}

async function sideBySideUploads(bench: Bench): Promise<void> {
  const uploads = uploadsOf(bench.store)
  const one = planUpload(bench, 2, 'entry', 1)
  const two = planUpload(bench, 2, 'entry', 2)
  const first = await uploads.begin(one.entry)
  const second = await uploads.begin(two.entry)
  assert.notEqual(first.id, second.id)
  const [putOne, putTwo] = await Promise.all([
    putParts(uploads, first, one.parts, one.content),
    putParts(uploads, second, two.parts, two.content),
  ])
  await uploads.complete(second, two.entry, putTwo)
  sameBytes(await bench.get('entry'), two.content, 'the second upload')
  await uploads.complete(first, one.entry, putOne)
  sameBytes(await bench.get('entry'), one.content, 'the first upload, which was completed last')
}

async function keepsTime(bench: Bench): Promise<void> {
  const uploads = uploadsOf(bench.store)
  const { content, parts, entry } = planUpload(bench, 2)
  const modified = Date.UTC(2001, 1, 3, 4, 5, 6, 789)
  const upload = await uploads.begin({ ...entry, modified })
  const put = await putParts(uploads, upload, parts, content)
  await uploads.complete(upload, { ...entry, modified }, put)
  assert.equal((await bench.store.stat(entry.path)).modified, modified)
}

async function conditionally(bench: Bench): Promise<void> {
  const uploads = uploadsOf(bench.store)
  const { content, parts, entry } = planUpload(bench, 2)
  const wanted = { ...entry, ifAbsent: true }
  const upload = await uploads.begin(wanted)
  const put = await putParts(uploads, upload, parts, content)
  const old = contentOf(9, 1000)
  await bench.put(entry.path, old)
  await failsWith(uploads.complete(upload, wanted, put), 'already_exists')
  sameBytes(await bench.get(entry.path), old, 'what was there first')
  await uploads.abort(upload)
}

export const uploadCases = group('uploads in parts', ({ resumable }) => resumable !== undefined, [
  ['makes one entry of its parts, and shows it only when it is complete', wholeOfParts],
  ['takes an upload of one part', onePart],
  ['replaces an entry only when the upload is complete', overAnEntry],
  ['takes a part again, and keeps the last', again],
  ['refuses a part of another length than was said', wrongSize],
  ['does not complete without all of the parts', missingPart],
  ['keeps two uploads to one path apart', sideBySideUploads],
])

export const timedUploadCases = group(
  'uploads in parts',
  ({ resumable, modified }) => resumable !== undefined && modified === 'given',
  [['keeps the time that is given to an upload', keepsTime]],
)

export const conditionalUploadCases = group(
  'uploads in parts',
  ({ resumable, conditional }) => resumable !== undefined && conditional,
  [['completes an upload only if nothing is there', conditionally]],
)
