import { clearTimeout, setTimeout } from "node:timers";
import type { DataChannel, DataChannelInitConfig, RtcConfig } from "node-datachannel";
import { PeerConnection } from "node-datachannel";
import { reasonOf, shown } from "../../base/diagnostics.ts";
import { MAX_MESSAGE_SIZE, SAFE_MESSAGE_SIZE } from "../../seam/bounds.ts";
import type {
  BackendConnectionState,
  BackendFactory,
  BackendGatheringState,
  BackendOperation,
  BackendSignalingState,
  ChannelOptions,
  ConnectionBackend,
  ConnectionConfiguration,
  ConnectionObserver,
  DescriptionType,
} from "../../seam/connection-backend.ts";
import { HeldEvents } from "../../seam/held-events.ts";
import { closeAfterDelivery } from "./farewell.ts";
import { isByLibdatachannel, offerToApply, offerToTell } from "./handshake.ts";
import { nativeIceServers } from "./ice-servers.ts";
import { connectionEnded, connectionMade } from "./leftovers.ts";
import { CANDIDATE_DELAY_MS, MAX_STREAM } from "./limits.ts";
import { NodeChannel, type NodeChannelOwner } from "./node-channel.ts";
import { checkNodeOptions, type NodeBackendOptions } from "./node-options.ts";
import { whenSettled } from "./settled.ts";

/**
 * Connections in Node 22 and later, without a browser: for bots, hosts and tests. Made by libdatachannel (as Godot's native ones
 * are), through the package `node-datachannel`. Hand the result to `WebRTCPeerConnection.setDefaultExtension`, or to one connection
 * as its `backend`. ICE restart is not implemented there. Throws a `TickmeshError`, `invalid-options`, for options that are none.
 */
export function nodeBackend(options: NodeBackendOptions = {}): BackendFactory {
  checkNodeOptions(options);
  const { bindAddress, portRange, maxMessageSize } = options;
  return (configuration, observer) => {
    const iceServers = nativeIceServers(configuration.iceServers ?? []);
    const iceTransportPolicy = policyOf(configuration);
    return new NodeBackend(
      {
        iceServers: iceTransportPolicy === HIDDEN ? [] : iceServers,
        iceTransportPolicy,
        ...(bindAddress === undefined ? {} : { bindAddress }),
        ...(portRange === undefined ? {} : { portRangeBegin: portRange[0], portRangeEnd: portRange[1] }),
        maxMessageSize: maxMessageSize ?? MAX_MESSAGE_SIZE,
      },
      observer,
    );
  };
}

/**
 * This side's address is to be shown to nobody. libdatachannel only names none: to whatever the far side names it sends from its own
 * socket, so that the far side would see it. So none of that is handed on, and no server is asked.
 */
const HIDDEN = "relay";

interface Description {
  readonly type: "offer" | "answer";
  readonly sdp: string;
}

/** As libdatachannel reads them: a line ends at a line feed alone, and the last one need not. */
const CANDIDATE_LINES = /^[^\S\n]*a=candidate[^\n]*\n?/gm;
const CANDIDATE = /^(a=)?candidate:\S+ \d+ \S+ \d+ \S+ \d+ typ \S+/;

/** How a channel of the far side's making is taken to be: the binding does not say how it was made. */
const UNTOLD = { negotiated: false, ordered: true, maxPacketLifeTime: null, maxRetransmits: null } as const;

/**
 * The binding makes and applies a description in one step, and ends the process where a call of its own finds something wrong in
 * doing so: it is made to do that within `createDataChannel` and `setRemoteDescription`, which throw. What follows from applying is
 * kept until `setLocalDescription`.
 */
class NodeBackend implements ConnectionBackend, NodeChannelOwner {
  sentBytes = 0;
  readonly #configuration: RtcConfig;
  /** `null` once this is closed: nothing is told from then on. */
  #observer: ConnectionObserver | null;
  /** Made when it is first needed: from then on it keeps the process alive, until it is closed. */
  #native: PeerConnection | null = null;
  readonly #channels = new Set<NodeChannel>();
  /** Streams of channels that were closed on this side while they were open. */
  readonly #closedStreams = new Set<number>();
  #signaling: BackendSignalingState = "stable";
  /** Told, and not applied by the caller yet. */
  #made: Description | null = null;
  /** What is to be told once the caller has applied the description. */
  readonly #held = new HeldEvents();
  /** Names of the far side's sections; `null` before its description. */
  #sections: ReadonlySet<string> | null = null;
  /** The far side's candidates, while it is left to it to begin; `null` when it is not. */
  #waiting: [media: string, name: string][] | null = null;
  #waitingTimer: ReturnType<typeof setTimeout> | undefined;
  #candidates = 0;
  #gathering: BackendGatheringState = "new";
  #told: BackendConnectionState = "new";
  /** How it ended below, while its channels' last messages are still told. */
  #ending: "failed" | "closed" | null = null;

  constructor(configuration: RtcConfig, observer: ConnectionObserver) {
    this.#configuration = configuration;
    this.#observer = observer;
  }

  get native(): PeerConnection {
    if (this.#native === null) {
      this.#native = this.#make();
      if (this.#observer === null) {
        this.#native.close();
        connectionEnded();
      }
    }
    return this.#native;
  }

  get #isHidden(): boolean {
    return this.#configuration.iceTransportPolicy === HIDDEN;
  }

  get maxMessageSize(): number {
    return this.#native?.maxMessageSize() || SAFE_MESSAGE_SIZE;
  }

  createChannel(label: string, options: ChannelOptions): NodeChannel {
    const { id } = options;
    if (this.#observer === null) throw new Error("the connection is closed");
    if (id !== null && id > MAX_STREAM) throw new Error(`id ${id} is above ${MAX_STREAM}, the highest here`);
    for (const { facts } of this.#channels) if (id !== null && facts.id === id) throw new Error(`id ${id} is taken`);
    const channel = new NodeChannel(label, options, this);
    if (this.#signaling !== "stable" || this.#made !== null || this.#sections !== null) this.#attach(channel);
    this.#channels.add(channel);
    return channel;
  }

  createOffer(): void {
    this.#attempt("createOffer", () => {
      if (this.#signaling !== "stable" || this.#made !== null) throw new Error(`not in state ${this.#signaling}`);
      if (this.#channels.size === 0) throw new Error("there is no channel to offer");
      this.#held.holdAnew();
      // The first channel makes it offer by itself; after an offer that was taken back it does not.
      const hasOffered = this.native.localDescription() !== null;
      this.#attachAll();
      if (hasOffered) this.native.setLocalDescription("offer");
    });
  }

  setLocalDescription(type: DescriptionType, sdp: string): void {
    this.#attempt("setLocalDescription", () => {
      if (type === "rollback") {
        if (this.#signaling !== "have-local-offer") throw new Error(`nothing to take back in state ${this.#signaling}`);
        this.native.setLocalDescription("rollback");
        this.#enter("stable");
        return;
      }
      if (this.#made?.type !== type || this.#made.sdp !== sdp)
        throw new Error("it is none that was made here just now");
      this.#made = null;
      this.#enter(type === "offer" ? "have-local-offer" : "stable");
      this.#held.release();
    });
  }

  setRemoteDescription(type: DescriptionType, sdp: string): void {
    this.#attempt("setRemoteDescription", () => {
      const expected = this.#signaling === "have-local-offer" ? "answer" : "offer";
      if (type !== expected || this.#signaling === "have-remote-offer") {
        throw new Error(`${type} cannot be taken in state ${this.#signaling}`);
      }
      const known = this.#isHidden ? sdp.replace(CANDIDATE_LINES, "") : sdp;
      this.native.setRemoteDescription(type === "offer" ? offerToApply(known) : known, type);
      this.#sections = new Set(Array.from(sdp.matchAll(/^a=mid:(.*?)\r?$/gm), ([, name]) => name ?? ""));
      this.#enter(type === "offer" ? "have-remote-offer" : "stable");
      if (type === "offer") {
        this.#made = null;
        this.#held.holdAnew();
        this.#attachAll();
        if (isByLibdatachannel(sdp)) this.#keepCandidates();
      }
    });
  }

  addIceCandidate(media: string, index: number, name: string): void {
    this.#attempt("addIceCandidate", () => {
      if (this.#sections === null) throw new Error("there is no remote description");
      const isKnown = media === "" ? index === 0 : this.#sections.has(media);
      if (!isKnown) throw new Error(`there is no section ${JSON.stringify(media)}`);
      if (!CANDIDATE.test(name)) throw new Error(`${shown(name)} is no candidate`);
      if (this.#isHidden) return;
      if (this.#waiting === null) this.native.addRemoteCandidate(name, media);
      else this.#waiting.push([media, name]);
    });
  }

  close(): void {
    if (this.#observer === null) return;
    this.#observer = null;
    clearTimeout(this.#waitingTimer);
    const native = this.#native;
    for (const channel of this.#channels) {
      channel.observer = null;
      this.#noteStream(channel);
      channel.release();
    }
    this.#channels.clear();
    if (native !== null) closeAfterDelivery(native, this.#closedStreams, this.sentBytes);
  }

  channelEnded(channel: NodeChannel): void {
    this.#noteStream(channel);
    this.#channels.delete(channel);
    if (this.#channels.size === 0) this.#tellEnding();
  }

  #make(): PeerConnection {
    const native = new PeerConnection("tickmesh", this.#configuration);
    connectionMade();
    native.onLocalDescription((sdp, type) => this.#described(type, sdp));
    native.onLocalCandidate((candidate, media) => {
      this.#candidates += 1;
      const name = candidate.replace(/^a=/, "");
      this.#tellGathering("gathering");
      this.#held.tell(() => this.#observer?.onIceCandidate(media, 0, name));
    });
    native.onGatheringStateChange((state) => {
      if (state === "in-progress") this.#tellGathering("gathering");
      if (state !== "complete") return;
      const candidates = (): number => this.#candidates;
      whenSettled(candidates, () => this.#tellGathering("complete"));
    });
    native.onStateChange((state) => {
      if (state === "connected") {
        this.#useCandidates();
        this.#tellState(state);
      }
      if (state === "failed") this.#end(state);
      // What it calls disconnected is for good: the far side has closed, or SCTP has given up.
      if (state === "closed" || state === "disconnected") this.#end("closed");
    });
    native.onDataChannel((channel) => this.#receive(channel));
    return native;
  }

  #keepCandidates(): void {
    this.#waiting = [];
    this.#waitingTimer = setTimeout(() => this.#useCandidates(), CANDIDATE_DELAY_MS).unref();
  }

  #useCandidates(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    clearTimeout(this.#waitingTimer);
    for (const [media, name] of waiting) {
      this.#attempt("addIceCandidate", () => this.native.addRemoteCandidate(name, media));
    }
  }

  #described(type: string, sdp: string): void {
    const expected = this.#signaling === "have-remote-offer" ? "answer" : "offer";
    if (type !== expected) return;
    this.#made = { type: expected, sdp: expected === "offer" ? offerToTell(sdp) : sdp };
    this.#observer?.onDescription(expected, this.#made.sdp);
  }

  #receive(native: DataChannel): void {
    if (this.#observer === null) {
      native.onClosed(() => {});
      return native.close();
    }
    const channel = new NodeChannel(
      native.getLabel(),
      { ...UNTOLD, protocol: native.getProtocol(), id: native.getId() },
      this,
    );
    channel.attach(native);
    this.#channels.add(channel);
    this.#observer.onChannel(channel);
    if (native.isOpen()) channel.tellOpen();
    else channel.wane();
  }

  #attachAll(): void {
    for (const channel of this.#channels) if (!channel.isAttached) this.#attach(channel);
  }

  #attach(channel: NodeChannel): void {
    const { label, protocol, negotiated, id, ordered, maxPacketLifeTime, maxRetransmits } = channel.facts;
    const settings: DataChannelInitConfig = { protocol, negotiated, unordered: !ordered };
    if (id !== null) settings.id = id;
    if (maxPacketLifeTime !== null) settings.maxPacketLifeTime = maxPacketLifeTime;
    if (maxRetransmits !== null) settings.maxRetransmits = maxRetransmits;
    channel.attach(this.native.createDataChannel(label, settings));
  }

  #noteStream({ unconfirmedStream }: NodeChannel): void {
    if (unconfirmedStream !== null) this.#closedStreams.add(unconfirmedStream);
  }

  #enter(state: BackendSignalingState): void {
    this.#signaling = state;
    queueMicrotask(() => {
      this.#observer?.onSignalingState(state);
      if (state === "stable" && this.#sections !== null && this.#told === "new") this.#tellState("connecting");
    });
  }

  #tellGathering(state: "gathering" | "complete"): void {
    this.#held.tell(() => {
      if (state === this.#gathering || this.#gathering === "complete") return;
      this.#gathering = state;
      this.#observer?.onGatheringState(state);
    });
  }

  #tellState(state: BackendConnectionState): void {
    if (state === "connected" && this.#told === "new") this.#tellState("connecting");
    this.#told = state;
    this.#observer?.onConnectionState(state);
  }

  /** It has ended below: that is told once the channels have told all that arrived. */
  #end(state: "failed" | "closed"): void {
    if (this.#ending !== null) return;
    this.#ending = state;
    for (const channel of this.#channels) channel.wane();
    if (this.#channels.size === 0) this.#tellEnding();
  }

  #tellEnding(): void {
    if (this.#ending === null || this.#told === this.#ending) return;
    this.#tellState(this.#ending);
    this.#native?.close();
  }

  #attempt(operation: BackendOperation, act: () => void): void {
    if (this.#observer === null) return;
    try {
      act();
    } catch (error) {
      queueMicrotask(() => this.#observer?.onOperationFailed(operation, reasonOf(error)));
    }
  }
}

function policyOf({ iceTransportPolicy = "all" }: ConnectionConfiguration): "all" | "relay" {
  if (iceTransportPolicy === "all" || iceTransportPolicy === "relay") return iceTransportPolicy;
  throw new Error(`iceTransportPolicy ${shown(iceTransportPolicy)}: "all" or "relay" is wanted`);
}
