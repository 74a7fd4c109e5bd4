/**
 * The same, with some of its calls replaced. All else it can do, it still can, also what it says of itself anew each time: who
 * writes down what to pass on forgets what contracts learn later. A call that is replaced by `undefined` is taken away.
 * What the target asks of itself is its own, not what it was replaced by.
 */
export function withCalls<Target extends object>(target: Target, calls: Partial<Target>): Target {
  return new Proxy(target, {
    get(inner, key) {
      if (Object.hasOwn(calls, key)) return calls[key as keyof Target]
      const value: unknown = Reflect.get(inner, key)
      return typeof value === 'function' ? (value.bind(inner) as unknown) : value
    },
  })
}
