/**
 * The same object, whose promises may be left alone: Colyseus does not wait for many of the calls it makes, and one of those that
 * failed would end the process. Who does wait hears of the failure as before.
 */
export function unwatched<T extends object>(target: T): T {
  return new Proxy(target, {
    get: (object, name) => {
      const value: unknown = Reflect.get(object, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        const result: unknown = value.apply(object, args);
        if (result instanceof Promise) result.catch(() => {});
        return result;
      };
    },
  });
}
