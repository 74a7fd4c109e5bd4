type Defined<Given> = { [Key in keyof Given]: Exclude<Given[Key], undefined> }

/** Options that were given: what is `undefined` is left out, so that it takes no default's place. */
export function withoutUndefined<Given extends object>(given: Given): Defined<Given> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Defined<Given>
}
