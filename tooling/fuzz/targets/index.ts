import type { Target } from '../target.ts'

/** Each is loaded when it is tried: what runs is looked at, and that takes longer the more there is. */
export const targets: Readonly<Record<string, () => Promise<Target>>> = {
  'dicom-header': async () => (await import('./dicom-header.ts')).dicomHeader,
  multipart: async () => (await import('./multipart.ts')).multipart,
  cod: async () => (await import('./cod.ts')).codArchive,
  car: async () => (await import('./car.ts')).carArchive,
  'secret-link': async () => (await import('./secret-link.ts')).secretLink,
  workspace: async () => (await import('./workspace.ts')).workspace,
  hub: async () => (await import('./hub.ts')).hubRoutes,
}
