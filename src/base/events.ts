import EventEmitter from "eventemitter3";

type Handler = (...args: never[]) => void;

/** Handlers by event name: `{ peerConnected: (id: number) => void }`. */
export type EventMap<Events> = { [Name in keyof Events]: Handler };

/**
 * Typed events. `on`, `once` and `off` are public; only the owner emits. A handler that throws does not keep the other
 * handlers, or the rest of the poll, from running: its error is thrown again from a microtask, where the page's error
 * reporting sees it, as with a DOM event.
 */
export abstract class EventSource<Events extends EventMap<Events>> {
  // Made on the first subscription: a data channel, which has no events of its own, never pays for one.
  #emitter: EventEmitter | undefined;

  on<Name extends keyof Events & string>(name: Name, handler: Events[Name]): this {
    this.#subscriptions().on(name, guarded(handler));
    return this;
  }

  once<Name extends keyof Events & string>(name: Name, handler: Events[Name]): this {
    this.#subscriptions().once(name, guarded(handler));
    return this;
  }

  off<Name extends keyof Events & string>(name: Name, handler: Events[Name]): this {
    this.#emitter?.off(name, guarded(handler));
    return this;
  }

  protected emit<Name extends keyof Events & string>(name: Name, ...args: Parameters<Events[Name]>): void {
    this.#emitter?.emit(name, ...args);
  }

  #subscriptions(): EventEmitter {
    this.#emitter ??= new EventEmitter();
    return this.#emitter;
  }
}

const guards = new WeakMap<Handler, (...args: unknown[]) => void>();

function guarded(handler: Handler): (...args: unknown[]) => void {
  let guard = guards.get(handler);
  if (guard === undefined) {
    guard = (...args) => {
      try {
        handler(...(args as never[]));
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    };
    guards.set(handler, guard);
  }
  return guard;
}
