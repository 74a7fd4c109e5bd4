import { isPoint, toPoint } from '../draft/convert-space.ts'
import { toColormap } from '../draft/convert-colour.ts'
import { draftIds } from '../draft/migrate-draft.ts'
import { invalidJson } from '../json-flaw.ts'
import { defined, isRecord, type JsonRecord } from '../record.ts'
import { withoutSecretValues } from './keep-unknown.ts'

/** One pane, and the ids of the workspaces that it shows; none where it does not say. */
interface ImportedView {
  readonly view: JsonRecord
  readonly workspaces: readonly string[]
}

/** The pages of an envelope: each pane becomes a view. */
export function importViews(pages: unknown): ImportedView[] {
  if (!Array.isArray(pages)) throw invalidJson({ path: ['views'], problem: 'it is no list' })
  return pages.flatMap((page: unknown, index) => importPage(page, index))
}

function importPage(page: unknown, index: number): ImportedView[] {
  if (!isRecord(page)) throw invalidJson({ path: ['views', index], problem: 'it is no object' })
  const { id, title, components = [] } = page
  if (!Array.isArray(components)) throw invalidJson({ path: ['views', index, 'components'], problem: 'it is no list' })
  const name = typeof id === 'string' && id !== '' ? id.slice(0, 200) : `page-${index + 1}`
  return components.map((component: unknown, pane) => {
    if (!isRecord(component)) {
      throw invalidJson({ path: ['views', index, 'components', pane], problem: 'it is no object' })
    }
    const { type, state } = component
    const { workspace, ...rest } = isRecord(state) ? state : {}
    const view = defined({
      // Beyond `view-1`, which the planes and the box of the workspace itself have.
      id: `${index + 1}.${pane + 1}/${name}`,
      name: typeof title === 'string' ? title : undefined,
      ...toView(rest, { type, page: name }),
    })
    return { view: withoutSecretValues(view) as JsonRecord, workspaces: idsOf(workspace) }
  })
}

const projections: readonly unknown[] = ['axial', 'sagittal', 'coronal', 'default']
const cameras: readonly unknown[] = ['orthographic', 'perspective']

/** A state has any fields; what is not what it seems stays in `sethealth` with the rest. */
function toView(state: JsonRecord, layout: JsonRecord): JsonRecord {
  const rest = new Map(Object.entries(state))
  const take = (name: string, fits: (value: unknown) => boolean): unknown => {
    const value = rest.get(name)
    if (value === undefined || !fits(value)) return undefined
    rest.delete(name)
    return value
  }
  const [x, y] = [take('translateX', isNumber), take('translateY', isNumber)]
  const camera = defined({
    projection: take('camera', (value) => cameras.includes(value)),
    position: toPoint(take('cameraPosition', isPoint)),
    target: toPoint(take('cameraTarget', isPoint)),
    zoom: take('zoom', (value) => isNumber(value) && value > 0),
    pan: x === undefined && y === undefined ? undefined : [x ?? 0, y ?? 0],
  })
  const projection = take('projection', (value) => projections.includes(value))
  const colormap = toColormap(take('colormap', isRecord))
  return defined({
    layout: defined({ ...layout, projection }),
    camera: Object.keys(camera).length > 0 ? camera : undefined,
    colormap,
    volumes: [draftIds.volume],
    sethealth: rest.size > 0 ? Object.fromEntries(rest) : undefined,
  })
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}

/** A pane names its workspace by its id, or holds it, or several. */
function idsOf(reference: unknown): string[] {
  if (typeof reference === 'string') return [reference]
  if (Array.isArray(reference)) return reference.flatMap((item: unknown) => (Array.isArray(item) ? [] : idsOf(item)))
  return isRecord(reference) && typeof reference['id'] === 'string' ? [reference['id']] : []
}
