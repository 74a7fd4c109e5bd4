import assert from 'node:assert/strict'

import { collect, type Upload } from '@gantry/core/driver'

import type { Bench } from '../bench.ts'
import { hangingBody } from '../bodies.ts'
import { group } from '../conformance-case.ts'
import { ends, failsWith, sameBytes } from '../expectations.ts'
import { outline, planUpload, putPart, putParts, uploadsOf } from '../upload-plan.ts'

/** As after a crash: all that goes on is what a journal kept, and another driver. */
async function anotherProcess(bench: Bench): Promise<void> {
  const { content, parts, entry } = planUpload(bench, 4)
  const before = uploadsOf(bench.store)
  const begun = await before.begin(entry)
  await putParts(before, begun, parts.slice(0, 2), content)
  const upload = JSON.parse(JSON.stringify(begun)) as Upload

  const after = uploadsOf(await bench.open(bench.harness.reopen))
  const kept = await after.listParts(upload)
  assert.deepEqual(outline(kept), outline(parts.slice(0, 2)), 'the parts that survived')
  const put = await putParts(after, upload, parts.slice(2), content)
  const stored = await after.complete(upload, entry, [...kept, ...put])
  assert.equal(stored.size, content.length)
  sameBytes(await bench.get(entry.path), content, 'the whole')
}

async function listsParts(bench: Bench): Promise<void> {
  const uploads = uploadsOf(bench.store)
  const { content, parts, entry } = planUpload(bench, 3)
  const upload = await uploads.begin(entry)
  assert.deepEqual(await uploads.listParts(upload), [])
  const put = await putParts(uploads, upload, parts, content)
  const listed = await uploads.listParts(upload)
  assert.deepEqual(outline(listed), outline(parts), 'by number')
  assert.deepEqual(
    listed.map(({ tag }) => tag),
    put.map(({ tag }) => tag),
    'the tags that putPart told',
  )
}

async function completeTwice(bench: Bench): Promise<void> {
  const uploads = uploadsOf(bench.store)
  const { content, parts, entry } = planUpload(bench, 2)
  const upload = await uploads.begin(entry)
  const put = await putParts(uploads, upload, parts, content)
  const first = await uploads.complete(upload, entry, put)
  const second = await uploads.complete(upload, entry, put)
  assert.equal(second.size, first.size)
  assert.equal(second.version, first.version)
  const other = uploadsOf(await bench.another())
  assert.equal((await other.complete(upload, entry, put)).version, first.version)
  sameBytes(await bench.get(entry.path), content, 'the whole')
}

async function aborts(bench: Bench): Promise<void> {
  const uploads = uploadsOf(bench.store)
  const { content, parts, entry } = planUpload(bench, 2)
  const upload = await uploads.begin(entry)
  const put = await putParts(uploads, upload, parts, content)
  await uploads.abort(upload)
  await uploads.abort(upload)
  await failsWith(uploads.listParts(upload), 'not_found')
  await failsWith(putPart(uploads, upload, parts[0] ?? assert.fail(), content), 'not_found')
  await failsWith(uploads.complete(upload, entry, put), 'not_found', 'invalid')
  await failsWith(bench.store.stat(entry.path), 'not_found')
  assert.deepEqual(await unfinished(bench), [])
}

async function unknown(bench: Bench): Promise<void> {
  const uploads = uploadsOf(bench.store)
  const { entry } = planUpload(bench, 1)
  const upload = await uploads.begin(entry)
  await uploads.abort(upload)
  for (const stranger of [upload, { path: 'folder/that/never/was', id: upload.id }]) {
    await failsWith(uploads.listParts(stranger), 'not_found')
    await uploads.abort(stranger)
  }
}

async function stopsMidPart(bench: Bench): Promise<void> {
  const uploads = uploadsOf(bench.store)
  const { content, parts, entry } = planUpload(bench, 2)
  const [part, last] = parts
  assert.ok(part !== undefined && last !== undefined)
  const upload = await uploads.begin(entry)
  const controller = new AbortController()
  const body = hangingBody(content, part.size / 2, () => setTimeout(() => controller.abort(), 5))
  await failsWith(ends(uploads.putPart(upload, part, body, controller), 'an aborted part'), 'cancelled')
  assert.deepEqual(await uploads.listParts(upload), [], 'the parts that are listed')
  await uploads.complete(upload, entry, await putParts(uploads, upload, parts, content))
  sameBytes(await bench.get(entry.path), content, 'the whole')
}

async function unfinished(bench: Bench, prefix?: string): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of uploadsOf(bench.store).unfinished(prefix)) paths.push(path)
  return paths.toSorted()
}

async function tellsUnfinished(bench: Bench): Promise<void> {
  const uploads = uploadsOf(bench.store)
  const plans = ['a/one', 'a/two', 'ab/three'].map((path) => planUpload(bench, 1, path))
  const begun: Upload[] = []
  for (const { entry } of plans) begun.push(await uploads.begin(entry))
  assert.deepEqual(await unfinished(bench), ['a/one', 'a/two', 'ab/three'])
  assert.deepEqual(await unfinished(bench, 'a'), ['a/one', 'a/two'])
  assert.deepEqual(await unfinished(bench, 'ab/three'), ['ab/three'])
  const [first, second, third] = begun
  const [plan] = plans
  assert.ok(first !== undefined && second !== undefined && third !== undefined && plan !== undefined)
  await uploads.complete(first, plan.entry, await putParts(uploads, first, plan.parts, plan.content))
  assert.deepEqual(await unfinished(bench), ['a/two', 'ab/three'])
  // As an orphan sweep does it: with what `unfinished` told, and nothing else.
  for await (const upload of uploads.unfinished()) await uploads.abort(upload)
  assert.deepEqual(await unfinished(bench), [])
  assert.deepEqual(await bench.paths(), ['a/one'])
}

async function readsBack(bench: Bench): Promise<string | undefined> {
  const uploads = uploadsOf(bench.store)
  if (!uploads.readsBack) return 'the store offers no readBack'
  const { content, parts, entry } = planUpload(bench, 3)
  const upload = await uploads.begin(entry)
  await putParts(uploads, upload, parts.slice(0, 2), content)
  const end = parts[2]?.offset ?? 0
  for (const range of [
    { start: 0, end },
    { start: 10, end: end - 10 },
    { start: end - 1, end },
  ]) {
    const got = await collect(await uploads.readBack(upload, range))
    sameBytes(got, content.subarray(range.start, range.end), `range ${JSON.stringify(range)}`)
  }
  return undefined
}

export const uploadRecoveryCases = group('uploads in parts', ({ resumable }) => resumable !== undefined, [
  ['goes on with an upload in another process', anotherProcess, { needs: 'reopen' }],
  ['lists the parts that it has, as they were put', listsParts],
  ['answers the same when it is asked to complete again', completeTwice],
  ['forgets an upload that is aborted, once or twice', aborts],
  ['says not_found of an upload that it does not know', unknown],
  ['stops in mid-part, and does not list that part', stopsMidPart],
  ['tells what is unfinished, so that it can be swept', tellsUnfinished],
  ['reads back what was put, where it offers that', readsBack],
])
