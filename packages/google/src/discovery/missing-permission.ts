/** What whoever asked may not do; the cause of a `permission_denied`. */
export class MissingPermission extends Error {
  override readonly name = 'MissingPermission'
  /** Such as `healthcare.dicomStores.list`. */
  readonly permission: string
  /** The least of the predefined roles that has it, such as `roles/healthcare.dicomViewer`. */
  readonly role: string

  constructor({ permission, role }: Needed) {
    super(`${permission} is missing.`)
    this.permission = permission
    this.role = role
  }
}

/** What a request needs. */
export interface Needed {
  readonly permission: string
  readonly role: string
}

const viewer = 'roles/healthcare.dicomViewer'

export const needed = {
  projects: { permission: 'resourcemanager.projects.get', role: 'roles/browser' },
  locations: { permission: 'healthcare.locations.list', role: viewer },
  datasets: { permission: 'healthcare.datasets.list', role: viewer },
  stores: { permission: 'healthcare.dicomStores.list', role: viewer },
} as const satisfies Readonly<Record<string, Needed>>
