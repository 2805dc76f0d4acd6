import { reasonOf } from "../../base/diagnostics.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import type {
  BackendFactory,
  BackendOperation,
  ConnectionObserver,
  DescriptionType,
} from "../../seam/connection-backend.ts";
import { BrowserBackend } from "../browser/browser-backend.ts";
import { DelayedObserver } from "./delayed-observer.ts";
import { isSimplePeer, type SimplePeer, type SimplePeerSignal } from "./simple-peer.ts";

/** The class that `simple-peer` or `@thaunknown/simple-peer` exports, with types or without, or one derived from it. */
export type SimplePeerConstructor = new (...options: never[]) => object;

/** What that class's constructor takes. */
export type SimplePeerOptions<Constructor extends SimplePeerConstructor> = ConstructorParameters<Constructor>[0];

/**
 * Makes connections by simple-peer 9, or its successor `@thaunknown/simple-peer` 10. Throws `invalid-options` if what is given is no
 * class.
 *
 * simple-peer makes the `RTCPeerConnection`, from its `config` and its `wrtc`; makes, transforms and applies offers and answers; finds
 * the candidates; and ends the connection when it has failed. It does not carry the bytes: channels are made on its `RTCPeerConnection`,
 * which is `native`. Its own channel does not exist, so its `connect` and `data` events do not come, and the far side need not
 * be simple-peer. `options`: as its constructor takes them; `initiator`, `channelName` and `channelConfig` are ours. A
 * connection's configuration goes before `options.config`. Servers that neither names are not used: for simple-peer's own, give
 * `{ config: SimplePeer.config }`.
 *
 * What differs from the browser's own: an offer from a hidden tab may take a second longer; a far side's offer cannot be rolled back;
 * `setLocalDescription` takes simple-peer's own descriptions only, unchanged (`options.sdpTransform` changes them).
 */
export function simplePeerBackend<Constructor extends SimplePeerConstructor>(
  SimplePeer: Constructor,
  options?: SimplePeerOptions<Constructor>,
): BackendFactory {
  if (typeof SimplePeer !== "function") {
    throw new TickmeshError(
      "invalid-options",
      `simplePeerBackend: ${typeof SimplePeer} is no class; give it simple-peer's`,
    );
  }
  const given: { readonly config?: object } = { ...(options as object | undefined) };
  return (configuration, observer) => {
    const peer = Reflect.construct(SimplePeer, [
      {
        ...given,
        config: { iceServers: [], ...given.config, ...configuration },
        // So that it makes no channel, and no offer before it is asked to.
        initiator: false,
        channelConfig: {},
      },
    ]) as object;
    if (!isSimplePeer(peer)) throw new Error("simplePeerBackend was given a class that is not simple-peer's");
    // An error that nobody listens for is thrown, to nobody.
    peer.on("error", () => {});
    if (!peer._pc) throw new Error("simple-peer cannot make a connection of this configuration");
    return new SimplePeerBackend(peer, peer._pc, observer);
  };
}

class SimplePeerBackend extends BrowserBackend {
  readonly #peer: SimplePeer;
  readonly #observer: DelayedObserver;
  /** Calls that are not settled. Of a call of its own, simple-peer does not say that it failed, only that all is over. */
  readonly #underway = new Set<{ readonly operation: BackendOperation }>();
  /** Hears that the description that was asked for is made. */
  #described: (() => void) | null = null;
  /** The latest description that simple-peer has made and applied. */
  #made: SimplePeerSignal = {};
  /** Why simple-peer is not asked any more. */
  #over: string | null = null;

  constructor(peer: SimplePeer, native: RTCPeerConnection, observer: ConnectionObserver) {
    const delayed = new DelayedObserver(observer);
    super(native, delayed, () => {
      peer.destroy();
      // Its timer would hold all this for seconds, and a candidate would start it.
      native.onicecandidate = null;
      clearTimeout(peer._iceCompleteTimer ?? undefined);
    });
    this.#peer = peer;
    this.#observer = delayed;
    peer.on("signal", (signal) => this.#hear(signal));
    peer.on("error", (error) => this.#lose(reasonOf(error)));
    peer.on("close", () => this.#lose("it was destroyed"));
  }

  override createOffer(): void {
    this.settle("createOffer", this.#offer());
  }

  override setLocalDescription(type: DescriptionType, sdp: string): void {
    if (type === "rollback") super.setLocalDescription(type, sdp);
    else this.settle("setLocalDescription", this.#confirm(type, sdp));
  }

  override setRemoteDescription(type: DescriptionType, sdp: string): void {
    if (type === "rollback") super.setRemoteDescription(type, sdp);
    else this.settle("setRemoteDescription", this.#take(type, sdp));
  }

  override close(): void {
    this.#over = "it is closed";
    this.#observer.end();
    super.close();
  }

  protected override settle(operation: BackendOperation, done: Promise<void>): void {
    const call = { operation };
    this.#underway.add(call);
    done.then(
      () => this.#underway.delete(call),
      (error: unknown) => {
        if (this.#underway.delete(call)) this.#observer.onOperationFailed(operation, reasonOf(error));
      },
    );
  }

  async #offer(): Promise<void> {
    if (this.#observer.isHolding) throw new Error("another description is under way");
    this.#observer.hold();
    // In a microtask of its own, a new simple-peer looks whether it is to offer by itself: not to be found an initiator by then.
    await Promise.resolve();
    this.#checkNotOver();
    this.#peer.initiator = true;
    this.#peer.negotiate();
    await this.#description();
  }

  async #take(type: DescriptionType, sdp: string): Promise<void> {
    this.#checkNotOver();
    const isOffer = type === "offer";
    if (isOffer) this.#observer.hold();
    this.#peer.signal({ type, sdp });
    await (isOffer ? this.#description() : this.#nextSignalingState());
  }

  /** simple-peer applied the description when it had made it: now its consequences may be told. */
  async #confirm(type: DescriptionType, sdp: string): Promise<void> {
    if (this.#made.type !== type || this.#made.sdp !== sdp) {
      throw new Error(`simple-peer applies the descriptions that it makes, and this ${type} is not the latest of them`);
    }
    this.#observer.release();
  }

  #checkNotOver(): void {
    if (this.#over !== null) throw new Error(this.#over);
  }

  #description(): Promise<void> {
    return new Promise((resolve) => {
      this.#described = resolve;
    });
  }

  #nextSignalingState(): Promise<void> {
    return new Promise((resolve) => {
      this.native.addEventListener("signalingstatechange", () => resolve(), { once: true });
    });
  }

  #hear(signal: SimplePeerSignal): void {
    const { type, sdp, candidate } = signal;
    if (candidate !== undefined) this.tellCandidate(candidate);
    // Only what was asked for: it would offer by itself to those who add media behind our back.
    if (this.#described === null || sdp === undefined || (type !== "offer" && type !== "answer")) return;
    this.#described();
    this.#described = null;
    this.#made = signal;
    this.#observer.onDescription(type, sdp);
  }

  #lose(why: string): void {
    if (this.#over !== null) return;
    this.#over = `simple-peer has given up: ${why}`;
    for (const { operation } of this.#underway) this.#observer.onOperationFailed(operation, this.#over);
    this.#underway.clear();
    this.#observer.fail();
  }
}
