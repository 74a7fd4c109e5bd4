import { generateKeyPairSync, randomUUID } from 'node:crypto'

import type { Context, Hono } from 'hono'

import type { Institute, State, Study } from './state.ts'

const studyTypes = [
  'AnnotationStudy',
  'BaseStudy',
  'ClinicalImageLibraryStudy',
  'CoreLabsStudy',
  'EchoNavStudy',
  'EpdStudy',
  'IGuideUStudy',
  'MarvelStudy',
  'Study',
  'WeTrustStudy',
]

export function addData(app: Hono, state: State): void {
  app.get('/api/data/projects', (c) => c.json(state.projects))
  app.get('/api/data/hospitals', (c) => c.json(state.institutes))
  app.get('/api/data/projects/:project/hospitals', (c) => {
    return c.json(state.institutes.filter((one) => one.parentId === c.req.param('project')))
  })
  app.get('/api/data/hospitals/:hospital/studies', (c) => {
    return c.json(state.studies.filter((one) => one.instituteId === c.req.param('hospital')))
  })
  app.post('/api/data/hospitals/:hospital/studies', async (c) => {
    const institute = instituteOf(state, c)
    const body: Record<string, unknown> = await c.req.json().catch(() => ({}))
    if (institute === undefined) return missing(c)
    if (!studyTypes.includes(String(body['studyType'])) || body['instituteId'] !== institute.id) {
      return c.json({ message: 'studyType and instituteId must fit the institute' }, 400)
    }
    return c.json(state.createStudy(institute, body), 201)
  })
  const one = '/api/data/hospitals/:hospital/studies/:study'
  app.get(one, (c) => {
    const study = studyOf(state, c)
    return study === undefined ? missing(c) : c.json(study)
  })
  for (const method of ['put', 'patch'] as const) {
    app[method](one, async (c) => {
      const study = studyOf(state, c)
      if (study === undefined) return missing(c)
      const { studyDatabaseId, s3Prefix, instituteId } = study
      Object.assign(study, await c.req.json(), { studyDatabaseId, s3Prefix, instituteId })
      return c.json(study)
    })
  }
  app.delete(one, (c) => {
    const study = studyOf(state, c)
    if (study === undefined) return missing(c)
    state.studies.splice(state.studies.indexOf(study), 1)
    return c.body(null, 204)
  })
  app.get(`${one}/series`, (c) => c.json([]))
  app.post(`${one}/electronic-record-state`, async (c) => {
    const study = studyOf(state, c)
    const { username, password, electronicRecordState }: Record<string, string> = await c.req.json()
    const { users = { user: 'password' } } = state.options
    if (study === undefined) return missing(c)
    if (users[username ?? ''] !== password) return c.json({ message: 'Invalid credentials' }, 401)
    Object.assign(study, { electronicRecordState })
    state.submitted.push(study.studyDatabaseId)
    return c.json(study)
  })
  app.post('/api/action/update-database', async (c) => {
    state.imports.push(await c.req.json())
    return c.body(null, 200)
  })
  app.post('/api/action/preprocess-file', async (c) => {
    state.preprocessed.push(await c.req.json())
    return c.body(null, 200)
  })
  app.get('/api/data/hospitals/:hospital/series', (c) => c.json([]))
  app.post(`${one}/annotation-state`, async (c) => {
    const study = studyOf(state, c)
    if (study === undefined) return missing(c)
    Object.assign(study, { annotationState: (await c.req.json<{ annotationState: string }>()).annotationState })
    return c.json(study)
  })
  addServices(app, state)
}

function addServices(app: Hono, state: State): void {
  const all = '/api/data/organizations/:organization/services'
  app.get(all, (c) => {
    const own = state.services.filter((one) => one.organizationId === c.req.param('organization'))
    return c.json(own.map(({ publicKey: _publicKey, ...told }) => told))
  })
  app.post(all, async (c) => {
    const { name }: { name?: string } = await c.req.json()
    if (name === undefined) return c.json({ message: 'name is required' }, 400)
    const pair = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    const organizationId = c.req.param('organization')
    const service = { id: randomUUID(), serviceId: `${name}.service`, name, organizationId, publicKey: pair.publicKey }
    state.services.push(service)
    const { publicKey: _publicKey, ...told } = service
    // In one line, as IGT gives it.
    return c.json({ ...told, privateKey: pair.privateKey.replaceAll('\n', '') }, 201)
  })
  app.delete(`${all}/:id`, (c) => {
    const index = state.services.findIndex((one) => one.id === c.req.param('id'))
    if (index === -1) return missing(c)
    state.services.splice(index, 1)
    return c.body(null, 204)
  })
}

function instituteOf(state: State, c: Context): Institute | undefined {
  return state.institutes.find((one) => one.id === c.req.param('hospital'))
}

export function studyOf(state: State, c: Context): Study | undefined {
  return state.studies.find(
    (one) => one.studyDatabaseId === c.req.param('study') && one.instituteId === c.req.param('hospital'),
  )
}

export function missing(c: Context): Response {
  return c.json({ message: 'Not found' }, 404)
}
