/** In pixels, from the upper left corner of a frame. */
export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export function isRectangle(value: unknown): value is Rectangle {
  const { x, y, width, height } = (value ?? {}) as Partial<Rectangle>
  return [x, y, width, height].every((number) => Number.isSafeInteger(number) && Number(number) >= 0)
}

/** Within a frame; `undefined` where nothing of it is. */
export function clipped(
  { x, y, width, height }: Rectangle,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): Rectangle | undefined {
  const right = Math.min(x + width, columns)
  const bottom = Math.min(y + height, rows)
  return right <= x || bottom <= y ? undefined : { x, y, width: right - x, height: bottom - y }
}
