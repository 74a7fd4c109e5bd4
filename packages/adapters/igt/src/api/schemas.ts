import * as z from 'zod'

// Loose, as all that comes from elsewhere: fields that are not named here pass, and may be null.
const text = z.string().nullish()

export const projectSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  description: text,
  projectTypeName: text,
  studyType: text,
  continents: z.array(z.string()).nullish(),
  s3Prefix: z.string(),
})
export type IgtProject = z.output<typeof projectSchema>

/** What the paths of the API call a hospital. */
export const instituteSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  description: text,
  parentId: text,
  hasSeries: z.boolean().nullish(),
  projectTypeName: text,
  studyType: text,
  s3Prefix: z.string(),
})
export type IgtInstitute = z.output<typeof instituteSchema>

export const fileSchema = z.looseObject({
  /** Of the object, from the root of the bucket. */
  key: z.string(),
  fileSize: z.number().nonnegative(),
  /** Below the folder that was asked for. */
  fileName: z.string(),
  isCompleted: z.boolean().nullish(),
  isNew: z.boolean().nullish(),
  uploadId: text,
  progressPercentage: z.number().nullish(),
  progressInBytes: z.number().nullish(),
  /** The extension, with its dot. */
  type: text,
})
export type IgtFile = z.output<typeof fileSchema>

const list = z.array(fileSchema).nullish()

export const projectFilesSchema = z.looseObject({ files: list })

/** `dicom` and `annotations` come only where they were asked for. */
export const studyFilesSchema = z.looseObject({ files: list, dicom: list, annotations: list, pathis: list })
export type IgtStudyFiles = z.output<typeof studyFilesSchema>

export const newFilesSchema = z.array(z.strictObject({ key: z.string(), fileSize: z.int().nonnegative() }))

export const seriesSchema = z.looseObject({
  seriesType: z.string(),
  seriesDatabaseId: text,
  instanceUid: text,
  modality: text,
  previewUrl: text,
  procedureDatabaseId: text,
  s3Prefix: text,
  seriesFormat: text,
  studyDatabaseId: text,
  relatedStudyInstanceUid: text,
  relatedSeriesInstanceUid: text,
  documentTitle: text,
  displayName: text,
})
export type IgtSeries = z.output<typeof seriesSchema>

export const serviceSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  serviceId: z.string(),
  organizationId: text,
  applicationId: text,
  defaultScopes: z.array(z.string()).nullish(),
  scopes: z.array(z.string()).nullish(),
  expiresOn: text,
  /** Only in the answer that tells of a new one: PEM, in one line. */
  privateKey: text,
})
export type IgtService = z.output<typeof serviceSchema>

export const loginSchema = z.looseObject({ CSRFToken: z.string().min(1), sub: z.string() })

export const introspectionSchema = z.looseObject({
  active: z.boolean().nullish(),
  sub: z.string(),
  /** Seconds since the epoch. */
  exp: z.number(),
  identity_type: text,
})

export const credentialsSchema = z.looseObject({
  policyCredentials: z
    .array(
      z.looseObject({
        credentials: z.looseObject({
          accessKey: z.string().min(1),
          secretKey: z.string().min(1),
          sessionToken: z.string().min(1),
          bucket: z.string().min(1),
          expires: z.string(),
        }),
      }),
    )
    .min(1),
})
