/** The same, with some of its calls replaced. */
export function withCalls<Target extends object>(target: Target, calls: Partial<Target>): Target {
  return new Proxy(target, {
    get(inner, key) {
      if (Object.hasOwn(calls, key)) return calls[key as keyof Target]
      const value: unknown = Reflect.get(inner, key)
      return typeof value === 'function' ? (value.bind(inner) as unknown) : value
    },
  })
}
