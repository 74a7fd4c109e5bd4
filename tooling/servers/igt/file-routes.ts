import type { Context, Hono } from 'hono'

import { missing, studyOf } from './data-routes.ts'
import type { Objects } from './objects.ts'
import type { State } from './state.ts'

export function addFiles(app: Hono, state: State, objects: Objects): void {
  const project = '/api/data/projects/:project/files'
  const prefixOf = (c: Context) => state.projects.find((one) => one.id === c.req.param('project'))?.s3Prefix
  app.get(project, async (c) => {
    const prefix = prefixOf(c)
    return prefix === undefined ? missing(c) : c.json({ files: await filesBelow(state, objects, prefix) })
  })
  app.post(project, async (c) => announce(c, state, prefixOf(c)))
  app.delete(project, async (c) => await remove(c, state, objects, prefixOf(c)))

  const study = '/api/data/hospitals/:hospital/studies/:study/files'
  app.get(study, async (c) => {
    const found = studyOf(state, c)
    if (found === undefined) return missing(c)
    const read = async (folder: string) => await filesBelow(state, objects, `${found.s3Prefix}${folder}/`)
    const files = await read('files')
    if (c.req.query('auxiliary') !== 'True') return c.json({ files })
    return c.json({ files, dicom: await read('0'), annotations: await read('annotations'), pathis: [] })
  })
  app.post(study, async (c) => announce(c, state, studyOf(state, c)?.s3Prefix))
  app.delete(study, async (c) => await remove(c, state, objects, studyOf(state, c)?.s3Prefix))
  app.post(`${study}/$file-upload-completed`, async (c) => {
    const found = studyOf(state, c)
    const body: Record<string, unknown> = await c.req.json()
    if (found === undefined) return missing(c)
    if (typeof body['uploadedPath'] !== 'string' || body['triggerAction'] === undefined) {
      return c.json({ message: 'uploadedPath and triggerAction are required' }, 400)
    }
    return c.body(null, 204)
  })
}

async function announce(c: Context, state: State, prefix: string | undefined): Promise<Response> {
  const body: unknown = await c.req.json().catch(() => undefined)
  if (prefix === undefined) return missing(c)
  if (!Array.isArray(body) || !body.every((one) => isFile(one, prefix))) {
    return c.json({ message: 'A list of key and fileSize, below the prefix, is required' }, 400)
  }
  for (const { key, fileSize } of body) state.announced.set(key, fileSize)
  return c.json(body.map(({ key, fileSize }) => fileOf(key, fileSize, false, prefix)))
}

function isFile(value: unknown, prefix: string): value is { key: string; fileSize: number } {
  if (typeof value !== 'object' || value === null) return false
  const { key, fileSize } = value as Record<string, unknown>
  return typeof key === 'string' && key.startsWith(prefix) && Number.isInteger(fileSize)
}

async function remove(c: Context, state: State, objects: Objects, prefix: string | undefined): Promise<Response> {
  const keys = c.req.queries('keys') ?? []
  if (prefix === undefined) return missing(c)
  if (keys.length === 0 || !keys.every((key) => key.startsWith(prefix))) {
    return c.json({ message: 'keys below the prefix are required' }, 400)
  }
  for (const key of keys) {
    state.announced.delete(key)
    await objects.remove(key)
  }
  return c.body(null, 204)
}

async function filesBelow(state: State, objects: Objects, prefix: string) {
  const stored = await objects.list(prefix)
  const announced = [...state.announced].filter(([key]) => key.startsWith(prefix) && !stored.has(key))
  const planted = (state.planted.get(prefix) ?? []).map((one) => ({
    ...fileOf(one.key, one.fileSize, true, prefix),
    fileName: one.fileName,
  }))
  return [
    ...[...stored].map(([key, size]) => fileOf(key, size, true, prefix)),
    ...announced.map(([key, size]) => fileOf(key, size, false, prefix)),
    ...planted,
  ]
}

function fileOf(key: string, fileSize: number, isCompleted: boolean, prefix: string) {
  const fileName = key.slice(prefix.length)
  const progress = { progressPercentage: isCompleted ? 100 : 0, progressInBytes: isCompleted ? fileSize : 0 }
  const type = /\.[^./]+$/u.exec(fileName)?.[0] ?? ''
  return { key, fileName, fileSize, type, isCompleted, isNew: !isCompleted, uploadId: null, ...progress }
}
