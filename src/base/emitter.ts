import { reportError } from "./report-error.ts";

type Handler = (...args: never[]) => void;

/** Handlers by event name: `{ peerConnected: (id: number) => void }`. */
export type EventMap<Events> = { [Name in keyof Events]: Handler };

interface Subscription {
  readonly handler: Handler;
  readonly once: boolean;
}

/**
 * Typed events. `on`, `once` and `off` are public; only the owner emits. A handler that throws does not keep the other
 * handlers, or the rest of the poll, from running: its error is thrown again from a microtask, where the page's error
 * reporting sees it, as with a DOM event.
 */
export abstract class Emitter<Events extends EventMap<Events>> {
  /** Lists are replaced, never changed: handlers may come and go while one is walked. */
  readonly #subscriptions: { [Name in keyof Events]?: readonly Subscription[] } = {};

  on<Name extends keyof Events & string>(name: Name, handler: Events[Name]): this {
    return this.#add(name, { handler, once: false });
  }

  once<Name extends keyof Events & string>(name: Name, handler: Events[Name]): this {
    return this.#add(name, { handler, once: true });
  }

  off<Name extends keyof Events & string>(name: Name, handler: Events[Name]): this {
    return this.#keep(name, (subscription) => subscription.handler !== handler);
  }

  protected emit<Name extends keyof Events & string>(name: Name, ...args: Parameters<Events[Name]>): void {
    for (const subscription of this.#subscriptions[name] ?? []) {
      if (subscription.once) {
        // A handler before this one may have emitted again, and it has had its turn.
        if (this.#subscriptions[name]?.includes(subscription) !== true) continue;
        this.#keep(name, (other) => other !== subscription);
      }
      try {
        subscription.handler(...(args as never[]));
      } catch (error) {
        reportError(error);
      }
    }
  }

  #add(name: keyof Events, subscription: Subscription): this {
    this.#subscriptions[name] = [...(this.#subscriptions[name] ?? []), subscription];
    return this;
  }

  #keep(name: keyof Events, isKept: (subscription: Subscription) => boolean): this {
    this.#subscriptions[name] = this.#subscriptions[name]?.filter(isKept) ?? [];
    return this;
  }
}
