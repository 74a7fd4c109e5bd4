/** A body of which some was taken already, whole again. */
export async function* rejoined(
  taken: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* taken
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
}
