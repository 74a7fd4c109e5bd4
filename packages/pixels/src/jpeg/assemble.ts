import type { Samples } from '../decode/decoded-frame.ts'
import { malformedFrame } from '../errors.ts'
import { inverseTransform } from './transform.ts'
import { zigzag } from './zigzag.ts'
import type { Component, JpegFrame } from './jpeg-image.ts'

/** Samples from coefficients: dequantized, transformed back, brought to the size of the image, side by side. */
export function assemble(
  frame: JpegFrame,
  coefficients: readonly Int16Array[],
  quantization: readonly (Uint16Array | undefined)[],
): Samples {
  const { rows, columns, components, precision } = frame
  const count = components.length
  const samples = precision <= 8 ? new Uint8Array(rows * columns * count) : new Uint16Array(rows * columns * count)
  for (const [index, component] of components.entries()) {
    const table = quantization[component.quantization]
    if (table === undefined) throw malformedFrame('a component lacks its quantization table')
    const plane = planeOf(component, coefficients[index] as Int16Array, table, precision)
    const stride = component.roomWide * 8
    const across = stepsOf(columns, component.horizontal, frame.mostHorizontal)
    const down = stepsOf(rows, component.vertical, frame.mostVertical)
    for (let y = 0; y < rows; y += 1) {
      const line = (down[y] as number) * stride
      let to = y * columns * count + index
      for (let x = 0; x < columns; x += 1, to += count) samples[to] = plane[line + (across[x] as number)] as number
    }
  }
  return samples
}

/** Which sample of a component stands for each pixel. */
function stepsOf(length: number, factor: number, most: number): Uint32Array {
  return Uint32Array.from({ length }, (_, at) => Math.floor((at * factor) / most))
}

function planeOf(
  { roomWide, roomHigh }: Component,
  coefficients: Int16Array,
  table: Uint16Array,
  precision: number,
): Uint8Array | Uint16Array {
  const stride = roomWide * 8
  const plane = precision <= 8 ? new Uint8Array(coefficients.length) : new Uint16Array(coefficients.length)
  const natural = new Float32Array(64)
  for (let index = 0; index < 64; index += 1) natural[zigzag[index] as number] = table[index] as number
  const middle = 2 ** (precision - 1)
  const most = 2 ** precision - 1
  const values = new Float32Array(64)
  for (let block = 0; block < roomWide * roomHigh; block += 1) {
    const from = block * 64
    for (let index = 0; index < 64; index += 1) {
      values[index] = (coefficients[from + index] as number) * (natural[index] as number)
    }
    inverseTransform(values)
    const to = Math.floor(block / roomWide) * 8 * stride + (block % roomWide) * 8
    for (let index = 0; index < 64; index += 1) {
      const value = Math.round((values[index] as number) + middle)
      plane[to + (index >> 3) * stride + (index & 7)] = value < 0 ? 0 : value > most ? most : value
    }
  }
  return plane
}
