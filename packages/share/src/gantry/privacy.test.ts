import { type Bytes, collect } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { bytesInput } from '../formats/input/bytes-input.ts'
import { memoryCatalogue } from '../sources/source-catalogue.ts'
import type { Prepare } from '../sources/prepared-input.ts'
import { niftiSample } from '../testing/formats/nifti-sample.ts'
import { bytesOfFile, dicomInputs, GantryRig, loadVolumes, loadWorkspace, valueOf } from '../testing/gantry-rig.ts'

/** Everything that a store holds: paths, and bytes. */
async function allOf(rig: GantryRig): Promise<string> {
  const found: string[] = []
  for await (const { path } of rig.store.list()) {
    found.push(path, Buffer.from(await collect((await rig.store.read(path)).body)).toString('latin1'))
  }
  return found.join('\n')
}

test('what the store holds has no name, UID, pixel or key in the clear', async () => {
  const catalogue = memoryCatalogue()
  const kept: string[] = []
  const save: typeof catalogue.save = async (source) => {
    kept.push(source.identity, source.fingerprint, ...source.objects.map(({ sha256 }) => sha256))
    await catalogue.save(source)
  }
  const rig = new GantryRig({ catalogue: { ...catalogue, save } })
  const inputs = await dicomInputs()
  const { workspace } = await loadWorkspace(rig.gantry, inputs)
  valueOf(await rig.gantry.workspace.ensureSources(workspace))
  const state = valueOf(await rig.gantry.workspace.serialize(workspace))
  const { secret } = valueOf(await rig.gantry.storage.uploadMetadata(state))
  const all = await allOf(rig)
  const images = workspace.volumes.flatMap(({ files }) => files.flatMap(({ image }) => image ?? []))
  expect(images).toHaveLength(3)
  const pixels = await Promise.all(
    inputs.map(async (input) => Buffer.from((await bytesOfFile(input)).slice(-48, -16)).toString('latin1')),
  )
  const words = ['A case', 'skull', 'series-1', 'DICM', '1.2.840.10008', '2.25.', 'Phantom', workspace.id]
  const secrets = [...kept, secret.split('#1.')[1] ?? '', 'AGE-SECRET-KEY']
  for (const plain of [...words, ...secrets, ...images.flatMap((image) => Object.values(image)), ...pixels]) {
    expect(plain.toString().length).toBeGreaterThan(3)
    expect(all.includes(plain.toString())).toBe(false)
  }
  expect(all).toContain('age-encryption.org/v1')
})

/** Leaves out the first bytes, and puts a mark there: another length, and always the same. */
const shorten: Prepare = async function* (_, body: Bytes) {
  yield new TextEncoder().encode('prepared')
  let left = 100
  for await (const chunk of body) {
    yield chunk.subarray(left)
    left = Math.max(0, left - chunk.length)
  }
}

describe('prepare', () => {
  test('what is uploaded, digested and compared is what it makes', async () => {
    const catalogue = memoryCatalogue()
    const rig = new GantryRig({ prepare: shorten, catalogue })
    const inputs = await dicomInputs()
    const volumes = await loadVolumes(rig.gantry, inputs)
    const [ensured] = valueOf(await rig.gantry.med.ensureSources(volumes))
    const original = await bytesOfFile(volumes[0]?.files[0]?.input)
    const json = valueOf(await rig.gantry.workspace.serialize(valueOf(await rig.gantry.workspace.create(volumes))))
    const store = valueOf(await rig.another().workspace.openFiles(json))
    const name = volumes[0]?.files[0]?.name ?? ''
    const restored = await collect((await store.read(name)).body)
    expect(Buffer.from(restored)).toEqual(Buffer.concat([Buffer.from('prepared'), original.subarray(100)]))

    const source = ensured?.source
    if (source?.kind !== 'entries') throw new TypeError('There are no entries.')
    expect(source.entries.map(({ image }) => image)).toEqual([undefined, undefined, undefined])
    expect(ensured?.bytes).toBe(source.entries.reduce((sum, { size }) => sum + size, 0))
    const { bytes } = rig.spy
    const again = rig.another({ prepare: shorten, catalogue })
    expect(valueOf(await again.med.ensureSources(await loadVolumes(again, inputs)))).toMatchObject([
      { uploaded: false },
    ])
    expect(rig.spy.bytes).toBe(bytes)
    const plain = rig.another({ catalogue })
    expect(valueOf(await plain.med.ensureSources(await loadVolumes(plain, inputs)))).toMatchObject([{ uploaded: true }])
  })

  test('of a file that goes in parts', async () => {
    const bytes = niftiSample({ dim: [3, 300, 300, 300] })
    const rig = new GantryRig({ prepare: shorten })
    const { source } = valueOf(await rig.gantry.storage.upload({ data: bytes, name: 'large.nii' }))
    const { data } = valueOf(await rig.another().storage.loadFromSource(source, { limit: 2 * bytes.length }))
    expect(Buffer.compare(data.subarray(8), bytes.subarray(100))).toBe(0)
  }, 60_000)

  test('one that never gives the same is found out, and nothing has a source', async () => {
    let count = 0
    const prepare: Prepare = async function* (file) {
      count += 1
      yield new TextEncoder().encode(`${file.name} ${count % 10}`)
    }
    const rig = new GantryRig({ prepare })
    const volumes = await loadVolumes(rig.gantry, [bytesInput('a.nii', niftiSample())])
    const { error } = await rig.gantry.med.ensureSources(volumes)
    expect(error?.code).toBe('precondition_failed')
    expect(volumes[0]?.source).toBeUndefined()
    expect(await rig.paths()).toEqual([])
  })

  test('one that fails is the error of what it was asked for', async () => {
    const prepare: Prepare = async function* (_, body) {
      yield* body
      throw new TypeError('no pixels')
    }
    const rig = new GantryRig({ prepare })
    const { error } = await rig.gantry.med.ensureSources(await loadVolumes(rig.gantry, await dicomInputs()))
    expect(error?.code).toBe('internal')
    expect(await rig.paths()).toEqual([])
  })
})

test('rename: names that tell of whom the files are stay here', async () => {
  const rig = new GantryRig({ rename: (_, index) => `image-${index + 1}.dcm` })
  const volumes = await loadVolumes(rig.gantry, await dicomInputs())
  const [ensured] = valueOf(await rig.gantry.med.ensureSources(volumes))
  expect(JSON.stringify(ensured?.source)).not.toContain('study-1')
  expect(ensured?.source).toMatchObject({ entries: [{ name: 'image-1.dcm' }, {}, { name: 'image-3.dcm' }] })
  for (const rename of [() => 'same', () => '../x', () => undefined as never]) {
    const other = rig.another({ rename })
    const result = await other.med.ensureSources(await loadVolumes(other, await dicomInputs()))
    expect(result.error?.code).toBe('invalid')
  }
})
