import type { Emitter, EventMap } from "../../base/emitter.ts";

type Handler = (...args: never[]) => void;

/**
 * Has `caught` told what the handlers of an emitter throw, from now on. An emitter by itself throws it again from a microtask,
 * where no test sees which run it belongs to.
 */
export function guardHandlers<Events extends EventMap<Events>>(
  emitter: Emitter<Events>,
  caught: (error: unknown) => void,
): void {
  const guarded = new WeakMap<Handler, Handler>();
  const guard = <Name extends keyof Events>(handler: Events[Name]): Events[Name] => {
    let around = guarded.get(handler);
    if (around === undefined) {
      around = (...args) => {
        try {
          handler(...args);
        } catch (error) {
          caught(error);
        }
      };
      guarded.set(handler, around);
    }
    return around as Events[Name];
  };
  const { on, once, off } = emitter;
  emitter.on = (name, handler) => on.call(emitter, name, guard(handler) as never) as typeof emitter;
  emitter.once = (name, handler) => once.call(emitter, name, guard(handler) as never) as typeof emitter;
  emitter.off = (name, handler) => off.call(emitter, name, guard(handler) as never) as typeof emitter;
}
