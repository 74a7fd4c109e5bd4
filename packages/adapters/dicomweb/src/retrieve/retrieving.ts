import { type CallOptions, type DicomJson, toCall } from '@gantry/core/driver'

import type { Service } from '../service.ts'
import { retrieveMetadata } from './metadata.ts'
import { type Rendered, type RenderedOptions, retrieveRendered } from './rendered.ts'
import type { InstanceUids, Resource } from './resource.ts'
import type { RetrievedPart } from './retrieved-part.ts'
import {
  retrieveBulkData,
  retrieveFrames,
  retrieveInstance,
  retrieveInstances,
  type RetrieveOptions,
} from './retrieve.ts'

/** What accept headers can be said instead. */
interface AcceptOptions {
  /** A whole `Accept` header, for services that want another one. */
  readonly accept?: string | undefined
}

/** What a viewer retrieves (PS3.18 10.4). Bodies must be read or closed; their chunks are lent until the next is asked for. */
export interface Retrieving {
  /** One instance as a DICOM file. */
  retrieveInstance(instance: InstanceUids, options?: RetrieveOptions & CallOptions): Promise<RetrievedPart>
  /** All instances of a series, one after another, as they come in one answer; an answer that is cut off fails. */
  retrieveSeries(
    series: Required<Pick<Resource, 'study' | 'series'>>,
    options?: RetrieveOptions & CallOptions,
  ): AsyncIterableIterator<RetrievedPart>
  /** The same for a study. */
  retrieveStudy(
    study: Pick<Resource, 'study'>,
    options?: RetrieveOptions & CallOptions,
  ): AsyncIterableIterator<RetrievedPart>
  /** Frames of an instance, from 1, in this order. */
  retrieveFrames(
    instance: InstanceUids,
    frames: readonly number[],
    options?: RetrieveOptions & AcceptOptions & CallOptions,
  ): AsyncIterableIterator<RetrievedPart>
  /** A value that metadata name by a `BulkDataURI`, on the service's own host. */
  retrieveBulkData(uri: string, options?: AcceptOptions & CallOptions): Promise<RetrievedPart>
  /** Data sets of instances without their bulk data, each as soon as it has come. */
  retrieveMetadata(resource: Resource, options?: CallOptions): AsyncIterableIterator<DicomJson>
  /** An instance, or frames of it, as a picture. */
  retrieveRendered(resource: Resource, options?: RenderedOptions & CallOptions): Promise<Rendered>
}

export function retrievingOf(service: Service): Retrieving {
  return {
    retrieveInstance: async (instance, options = {}) =>
      await retrieveInstance(service, instance, options, toCall(options)),
    retrieveSeries: ({ study, series }, options = {}) =>
      retrieveInstances(service, { study, series }, options, toCall(options)),
    retrieveStudy: ({ study }, options = {}) => retrieveInstances(service, { study }, options, toCall(options)),
    retrieveFrames: (instance, frames, options = {}) =>
      retrieveFrames(service, instance, frames, options, toCall(options)),
    retrieveBulkData: async (uri, options = {}) => await retrieveBulkData(service, uri, options, toCall(options)),
    retrieveMetadata: (resource, options = {}) => retrieveMetadata(service, resource, toCall(options)),
    retrieveRendered: async (resource, options = {}) =>
      await retrieveRendered(service, resource, options, toCall(options)),
  }
}
