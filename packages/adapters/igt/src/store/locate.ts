import { GantryError } from '@gantry/core/driver'

import type { Category, Settings } from '../options.ts'
import { categories } from '../options.ts'
import { isLoose } from '../study/folder.ts'
import { documentName } from '../study/study-document.ts'

/** What a path names. */
export type Location =
  | { readonly kind: 'project'; readonly name: string }
  | { readonly kind: 'document'; readonly institute: string; readonly folder: string }
  | {
      readonly kind: 'study'
      readonly institute: string
      /** Below the institute; empty for a file that lies in the institute itself. */
      readonly folder: string
      readonly category: Category
      readonly name: string
    }

/** Where the files of a category lie, below the prefix of their study. */
export const categoryFolders: Readonly<Record<Category, string>> = {
  files: 'files/',
  dicom: '0/',
  annotations: 'annotations/',
}

export function locate(path: string, settings: Settings): Location {
  const [institute = '', ...rest] = path.split('/')
  if (institute === 'files' && rest.length > 0) {
    if (settings.projectFiles) return { kind: 'project', name: rest.join('/') }
    throw noPlace()
  }
  if (rest.length === 0 || !settings.studies) throw noPlace()
  const depth = settings.structure === 'flat' ? 1 : 2
  const folder = rest.slice(0, Math.min(depth, rest.length - 1)).join('/')
  const inside = rest.slice(folder === '' ? 0 : folder.split('/').length)
  if (inside.length === 1 && inside[0] === documentName && !isLoose(folder, settings.structure)) {
    return { kind: 'document', institute, folder }
  }
  const named = { kind: 'study', institute, folder } as const
  if (isLoose(folder, settings.structure) || !isCategorised(`${institute}/${folder}`, settings)) {
    return { ...named, category: settings.categories[0] ?? 'files', name: inside.join('/') }
  }
  const category = categories.find((one) => one === inside[0])
  if (category === undefined || inside.length < 2) throw besideCategories()
  return { ...named, category, name: inside.slice(1).join('/') }
}

export function isCategorised(folder: string, settings: Settings): boolean {
  return settings.isCategorised?.(folder) ?? settings.categories.length > 1
}

function noPlace(): GantryError {
  return new GantryError('invalid', 'There is no place for it in the cloud: neither a study nor the project holds it.')
}

function besideCategories(): GantryError {
  return new GantryError(
    'invalid',
    'There is no place for it in the cloud, because its study has a folder files or dicom: then all of a study lies in files, dicom or annotations. Move it into one of them.',
  )
}
