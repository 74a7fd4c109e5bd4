import { GantryError, parseWorkspace } from '@gantry/core'
import { hubStore } from '@gantry/hub-store'
import { blobInput, createGantry, type Gantry, type ShareEvent, type ShareSummary } from '@gantry/share'
import { storeCatalogue, webPlatform } from '@gantry/share/web'

import { type DownloadFrom, lookAtDownload, runDownload, takeFile, wholeOf } from './downloads.ts'
import type {
  BegunShare,
  DeidentifyChoice,
  DownloadLook,
  DownloadReport,
  DownloadWhat,
  DownloadWhere,
  FolderRow,
  FoundStudies,
  GooglePlace,
  LaidOver,
  MadeShare,
  Opened,
  PendingShare,
  PickedFile,
  Remote,
  RestoredShare,
  ReviewedItem,
  SegmentationItem,
  ShareRequest,
  TagRow,
  Whose,
} from './model.ts'
import { foldersOf, inputsOf } from './folders.ts'
import { googlePlaces } from './google-places.ts'
import { type Handles, keep, openInputs, readFile } from './opening.ts'
import { catalogueFolder } from './leftovers.ts'
import { Places } from './places.ts'
import { forgiving, privateStore } from './private-store.ts'
import type { CallContext } from './rpc.ts'
import type { Session } from './session.ts'
import { Segmentations } from './segmentation/segmentations.ts'
import { Sharing, valueOf } from './sharing.ts'
import { openStudy } from './study-opening.ts'
import { drawThumbnail, searchStudies, studiesStore, thumbnailOf, type WorklistQuery } from './studies.ts'
import { tagsOf } from './tags.ts'
import { WhoseImages } from './whose.ts'

/** Everything that a page does with bytes, by the SDK; runs in a worker, so that no page stands still for it. */
export function createEngine(hub: string, session: Session) {
  const platform = webPlatform({ openHubStore: hubStore })
  /** Opens, and asks nobody's leave: a share's link is enough. */
  const anyone = createGantry({ hub, platform })
  let own: { readonly account: string; readonly gantry: Gantry } | undefined
  /** Shares, as whoever is signed in: keys of what somebody else sent are not theirs. */
  const mine = () => {
    const { account } = session
    if (account === undefined) throw new GantryError('unauthenticated', 'Sign in first.')
    if (own?.account !== account) {
      const catalogue = storeCatalogue(privateStore(`${catalogueFolder}/${account}`))
      own = { account, gantry: createGantry({ hub, platform, auth: session.tokens, catalogue: forgiving(catalogue) }) }
    }
    return own.gantry
  }
  const handles: Handles = new Map()
  const segmentations = new Segmentations()
  const whose = new WhoseImages()
  const opening = { gantry: anyone, handles, segmentations, whose }
  const sharing = new Sharing(mine, () => session.account, handles, segmentations)
  /** What the share that was opened last is made of. */
  let opened: unknown
  const places = new Places(hub, (origin) => {
    if (origin === new URL(hub).origin) return session.tokens
    const { google } = session
    return google !== undefined && origin === new URL(google.baseUrl).origin ? google.tokens : undefined
  })

  const fromOf = async (what: DownloadWhat, signal: AbortSignal): Promise<DownloadFrom> => {
    if (what.kind === 'share') {
      if (opened === undefined) throw new GantryError('not_found', 'No share is open.')
      return await wholeOf(valueOf(await anyone.workspace.openFiles(opened, { signal })), signal)
    }
    const { remote, studies } = what
    // What a service does not tell is asked for; trees of COD know sizes.
    const store = remote.kind === 'dicomweb' ? studiesStore(places.dicomweb(remote)) : places.store(remote)
    return { store, studies, others: [] }
  }

  return {
    async open(context: CallContext, files: readonly PickedFile[]): Promise<Opened> {
      const inputs = files.map(({ name, file }) => blobInput(file, name))
      return await openInputs(opening, inputs, context)
    },
    async openStudy(context: CallContext, remote: Remote, study: string): Promise<Opened> {
      const ranged = remote.kind !== 'dicomweb'
      return await openStudy(opening, { store: places.store(remote), study, ranged }, context)
    },
    async googlePlaces(context: CallContext, url: string): Promise<GooglePlace[]> {
      return await googlePlaces(session.google, url, context)
    },
    async folders(context: CallContext, remote: Remote): Promise<FolderRow[]> {
      return await foldersOf(places.store(remote), context)
    },
    async openFolder(context: CallContext, remote: Remote, folder: string): Promise<Opened> {
      return await openInputs(opening, await inputsOf(places.store(remote), folder, context), context)
    },
    async openShare({ signal }: CallContext, secret: string, passphrase: string): Promise<RestoredShare> {
      const loaded = valueOf(
        await anyone.storage.loadMetadata(secret, { signal, ...(passphrase !== '' && { passphrase }) }),
      )
      const [json] = Array.isArray(loaded) ? (loaded as unknown[]) : [loaded]
      const [workspace] = valueOf(await anyone.workspace.loadFromSerialization(json, { signal }))
      if (workspace === undefined) throw new GantryError('invalid', 'The share holds no workspace.')
      const { title = '', shapes, views } = parseWorkspace(json)
      opened = json
      return {
        title,
        shapes,
        views,
        items: [
          ...workspace.volumes.map((volume) => keep(handles, volume, 'volume')),
          ...workspace.geometries.map((mesh) => keep(handles, mesh, 'mesh')),
        ],
      }
    },
    /** Of the share that was opened last; after its images, which nobody should have to wait for. */
    async shareSegmentations({ signal }: CallContext): Promise<SegmentationItem[]> {
      const { segmentations: kept = [] } = opened === undefined ? {} : parseWorkspace(opened)
      if (kept.length === 0) return []
      // They have bytes as volumes do, and the SDK opens those.
      const volumes = kept.map(({ id, source }) => ({ id, source, name: '', format: 'dicom' }))
      const only = { volumes, geometries: [], shapes: [], segmentations: [], views: [], id: crypto.randomUUID() }
      const json = { ...(opened as object), ...only }
      const [workspace] = valueOf(await anyone.workspace.loadFromSerialization(json, { signal }))
      return await segmentations.restore(workspace?.volumes ?? [], signal)
    },
    close(_: CallContext, ids: readonly string[]): void {
      for (const id of ids) {
        handles.delete(id)
        segmentations.close(id)
      }
    },
    async layOver({ signal }: CallContext, segmentation: string, item: string): Promise<LaidOver> {
      return await segmentations.layOver(anyone, handles, segmentation, item, signal)
    },

    async read({ signal }: CallContext, id: string, index: number): Promise<ArrayBuffer> {
      return await readFile(opening, id, index, signal)
    },
    /** Of a share, which does not say it: by what was read already, or by the header of its first file. */
    async whose({ signal }: CallContext, id: string): Promise<Whose | undefined> {
      const item = handles.get(id)
      return item === undefined ? undefined : (await whose.of(item, signal))?.whose
    },
    async tags(_: CallContext, id: string, index: number): Promise<TagRow[]> {
      const file = handles.get(id)?.files[index]
      if (file === undefined) throw new GantryError('not_found', 'That is not open any more.')
      return await tagsOf(file.input)
    },

    async reviewDeidentified(
      context: CallContext,
      ids: readonly string[],
      choice: DeidentifyChoice,
    ): Promise<ReviewedItem[]> {
      return await sharing.review(ids, choice, context)
    },
    async beginShare(_: CallContext, request: ShareRequest): Promise<BegunShare> {
      mine()
      return await sharing.begin(request)
    },
    async goOnSharing(context: CallContext, id: string, passphrase: string): Promise<MadeShare> {
      return await sharing.go(id, passphrase, context)
    },
    async pendingShares(): Promise<PendingShare[]> {
      return await sharing.list()
    },
    async giveUpSharing(_: CallContext, id: string): Promise<void> {
      await sharing.giveUp(id)
    },
    async shares({ signal }: CallContext): Promise<ShareSummary[]> {
      return valueOf(await mine().shares.list({ signal }))
    },
    async revoke({ signal }: CallContext, id: string): Promise<void> {
      valueOf(await mine().shares.revoke(id, { signal }))
    },
    async audit({ signal }: CallContext, id: string): Promise<readonly ShareEvent[]> {
      return valueOf(await mine().shares.audit(id, { signal }))
    },

    async lookAtDownload(context: CallContext, what: DownloadWhat, where: DownloadWhere): Promise<DownloadLook> {
      return await lookAtDownload(await fromOf(what, context.signal), where, context)
    },
    async download(context: CallContext, what: DownloadWhat, where: DownloadWhere): Promise<DownloadReport> {
      return await runDownload(await fromOf(what, context.signal), where, context)
    },
    async takeOffered(_: CallContext, path: string): Promise<File> {
      return await takeFile(path)
    },

    async search(context: CallContext, remote: Remote, query: WorklistQuery): Promise<FoundStudies> {
      return await searchStudies(places.store(remote), query, context)
    },
    async thumbnail(context: CallContext, remote: Remote, study: string): Promise<Blob> {
      if (remote.kind === 'dicomweb') return await thumbnailOf(places.dicomweb(remote), study, context)
      return await drawThumbnail(places.store(remote), study, context)
    },
  }
}

export type EngineCalls = ReturnType<typeof createEngine>
