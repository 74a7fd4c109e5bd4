import type { DataType } from '../description.ts'

const names: { readonly [Type in DataType]?: readonly string[] } = {
  int8: ['signed char', 'int8', 'int8_t'],
  uint8: ['uchar', 'unsigned char', 'uint8', 'uint8_t'],
  int16: ['short', 'short int', 'signed short', 'signed short int', 'int16', 'int16_t'],
  uint16: ['ushort', 'unsigned short', 'unsigned short int', 'uint16', 'uint16_t'],
  int32: ['int', 'signed int', 'int32', 'int32_t'],
  uint32: ['uint', 'unsigned int', 'uint32', 'uint32_t'],
  int64: ['longlong', 'long long', 'long long int', 'signed long long', 'signed long long int', 'int64', 'int64_t'],
  uint64: ['ulonglong', 'unsigned long long', 'unsigned long long int', 'uint64', 'uint64_t'],
  float32: ['float'],
  float64: ['double'],
}

const types = new Map(
  Object.entries(names).flatMap(([type, aliases]) => aliases.map((alias) => [alias, type as DataType] as const)),
)

/** What the field `type` names; `undefined` for `block` and whatever is not defined. */
export function dataTypeOf(type: string): DataType | undefined {
  return types.get(type.toLowerCase())
}

export function bytesOfType(type: DataType): number {
  return Number(/\d+$/u.exec(type)?.[0] ?? 8) / 8
}
