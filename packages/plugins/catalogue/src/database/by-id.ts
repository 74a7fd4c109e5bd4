/** Rows of most statements that answer page by page: far below what a database takes in values. */
const pageSize = 500

/** All rows, a page at a time, each page from behind the id of the last row before it; bounded memory. */
export async function* rowsById<Row extends { readonly id: number }>(
  page: (after: number, limit: number) => Promise<readonly Row[]>,
): AsyncGenerator<Row, void, undefined> {
  for (let after = 0; ;) {
    const rows = await page(after, pageSize)
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < pageSize) return
    after = last.id
  }
}
