import * as z from 'zod'

import { operation } from './operation.ts'
import {
  credentialsSchema,
  instituteSchema,
  introspectionSchema,
  loginSchema,
  newFilesSchema,
  projectFilesSchema,
  projectSchema,
  seriesSchema,
  serviceSchema,
  studyFilesSchema,
} from './schemas.ts'
import { newStudySchema, studySchema } from './study-schemas.ts'

const auth = '/api/auth'
const data = '/api/data'
const study = `${data}/hospitals/{institute}/studies/{study}` as const
const keys = z.strictObject({ keys: z.array(z.string()) })

/** The calls that are used of the API, each in one place. */
export const operations = {
  login: operation({
    method: 'POST',
    path: `${auth}/login`,
    summary: 'Begins a session with a password or a signed assertion; its token comes in two cookies.',
    body: z.union([
      z.strictObject({ grantType: z.literal('password'), username: z.string(), password: z.string() }),
      z.strictObject({ grantType: z.literal('jwt-key'), assertion: z.string(), hospitalOrgId: z.literal('') }),
    ]),
    answer: loginSchema,
    open: true,
  }),
  audience: operation({
    method: 'GET',
    path: `${auth}/login/$aud`,
    summary: 'Whom the assertion of a service has to be addressed to.',
    answer: z.string().min(1),
    open: true,
  }),
  refresh: operation({
    method: 'POST',
    path: `${auth}/refresh`,
    summary: 'Replaces the token of a session.',
    answer: loginSchema,
  }),
  logout: operation({ method: 'POST', path: `${auth}/logout`, summary: 'Ends a session.', repeatable: true }),
  introspect: operation({
    method: 'GET',
    path: `${auth}/introspect`,
    summary: 'Who the token belongs to, and how long it lives.',
    answer: introspectionSchema,
  }),
  credentials: operation({
    method: 'GET',
    path: `${auth}/s3credentials`,
    summary: 'Temporary keys to the objects below a prefix.',
    query: z.strictObject({ prefix: z.string(), action: z.enum(['GET', 'PUT']) }),
    answer: credentialsSchema,
  }),
  projects: operation({
    method: 'GET',
    path: `${data}/projects`,
    summary: 'All projects that the caller sees.',
    answer: z.array(projectSchema),
  }),
  institutes: operation({
    method: 'GET',
    path: `${data}/projects/{project}/hospitals`,
    summary: 'Institutes of a project.',
    answer: z.array(instituteSchema),
  }),
  allInstitutes: operation({
    method: 'GET',
    path: `${data}/hospitals`,
    summary: 'Institutes of all projects; what services see that have no project.',
    answer: z.array(instituteSchema),
  }),
  projectFiles: operation({
    method: 'GET',
    path: `${data}/projects/{project}/files`,
    summary: 'Files of the project itself.',
    answer: projectFilesSchema,
  }),
  announceProjectFiles: operation({
    method: 'POST',
    path: `${data}/projects/{project}/files`,
    summary: 'Tells of files that are about to come.',
    body: newFilesSchema,
    answer: z.array(z.unknown()),
    repeatable: true,
  }),
  removeProjectFiles: operation({
    method: 'DELETE',
    path: `${data}/projects/{project}/files`,
    summary: 'Removes files of the project.',
    query: keys,
    repeatable: true,
  }),
  studies: operation({
    method: 'GET',
    path: `${data}/hospitals/{institute}/studies`,
    summary: 'Studies of an institute, of whatever type.',
    answer: z.array(studySchema),
  }),
  createStudy: operation({
    method: 'POST',
    path: `${data}/hospitals/{institute}/studies`,
    summary: 'Makes a study.',
    body: newStudySchema,
    answer: studySchema,
  }),
  study: operation({ method: 'GET', path: study, summary: 'One study.', answer: studySchema }),
  updateStudy: operation({
    method: 'PATCH',
    path: study,
    summary: 'Changes fields of a study.',
    body: z.looseObject({}),
    answer: studySchema,
    repeatable: true,
  }),
  removeStudy: operation({ method: 'DELETE', path: study, summary: 'Removes a study.', repeatable: true }),
  series: operation({
    method: 'GET',
    path: `${study}/series`,
    summary: 'Series of a study.',
    answer: z.array(seriesSchema),
  }),
  setRecordState: operation({
    method: 'POST',
    path: `${study}/electronic-record-state`,
    summary: 'Signs a study off, with the password once more.',
    body: z.strictObject({ username: z.string(), password: z.string(), electronicRecordState: z.string() }),
  }),
  studyFiles: operation({
    method: 'GET',
    path: `${study}/files`,
    summary: 'Files of a study; with `auxiliary` (which has to be `True`) its DICOM files and annotations too.',
    query: z.strictObject({ auxiliary: z.literal('True').optional() }),
    answer: studyFilesSchema,
  }),
  announceStudyFiles: operation({
    method: 'POST',
    path: `${study}/files`,
    summary: 'Tells of files that are about to come.',
    body: newFilesSchema,
    answer: z.array(z.unknown()),
    repeatable: true,
  }),
  completeFile: operation({
    method: 'POST',
    path: `${study}/files/$file-upload-completed`,
    summary: 'Tells that a file has come, so that what waits for it may begin.',
    body: z.strictObject({ uploadedPath: z.string(), triggerAction: z.boolean() }),
    repeatable: true,
  }),
  removeStudyFiles: operation({
    method: 'DELETE',
    path: `${study}/files`,
    summary: 'Removes files of a study.',
    query: keys,
    repeatable: true,
  }),
  services: operation({
    method: 'GET',
    path: `${data}/organizations/{institute}/services`,
    summary: 'Service identities of an institute.',
    answer: z.array(serviceSchema),
  }),
  createService: operation({
    method: 'POST',
    path: `${data}/organizations/{institute}/services`,
    summary: 'Makes a service identity; its private key is told this once.',
    body: z.strictObject({ name: z.string() }),
    answer: serviceSchema,
  }),
  removeService: operation({
    method: 'DELETE',
    path: `${data}/organizations/{institute}/services/{service}`,
    summary: 'Removes a service identity.',
    repeatable: true,
  }),
  updateDatabase: operation({
    method: 'POST',
    path: '/api/action/update-database',
    summary: 'Sorts objects that were put below an import prefix into studies.',
    body: z.strictObject({ hospitalId: z.string(), uploadedPath: z.string(), isPrefix: z.boolean() }),
    repeatable: true,
  }),
  preprocessFile: operation({
    method: 'POST',
    path: '/api/action/preprocess-file',
    summary: 'Has a file of a study prepared for viewing and annotating.',
    body: z.strictObject({
      uploadedPath: z.string(),
      hospitalId: z.string(),
      patientId: z.string(),
      studyId: z.string(),
    }),
    repeatable: true,
  }),
  seriesOfInstitute: operation({
    method: 'GET',
    path: `${data}/hospitals/{institute}/series`,
    summary: 'Series of all studies of an institute.',
    answer: z.array(seriesSchema),
  }),
  setAnnotationState: operation({
    method: 'POST',
    path: `${study}/annotation-state`,
    summary: 'Says how far the annotations of a study are.',
    body: z.strictObject({ annotationState: z.string() }),
    repeatable: true,
  }),
}
