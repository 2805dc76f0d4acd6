import { reasonOf } from "../../base/diagnostics.ts";
import { MAX_MESSAGE_SIZE } from "../../seam/bounds.ts";
import {
  type BackendConnectionState,
  type BackendOperation,
  type BackendSignalingState,
  type ChannelOptions,
  CLOSE_DEADLINE_MS,
  type ConnectionBackend,
  type ConnectionConfiguration,
  type ConnectionObserver,
  type DescriptionType,
} from "../../seam/connection-backend.ts";
import { iceAddresses } from "../../seam/ice-address.ts";
import { addressOf, candidateLine, connectionOf, describe, MEDIA } from "./description.ts";
import { CANDIDATES, CHECK_BYTES, GATHER_US, GATHERED_US, OPERATION_US } from "./limits.ts";
import type { VirtualLink } from "./link.ts";
import { Path, type PathHost, type PathPacket } from "./path.ts";
import type { Scheduled } from "./schedule.ts";
import type { SctpPacket } from "./sctp/association-host.ts";
import { SignalingMachine } from "./signaling-machine.ts";
import type { ConnectionEnd, DeviceSurroundings, Mortal } from "./surroundings.ts";
import type { VirtualChannel } from "./virtual-channel.ts";
import { type ChannelsHost, VirtualChannels } from "./virtual-channels.ts";

type Task = () => void;

const DEADLINE: Scheduled = {
  fire: (deadline) => (deadline as { connection: VirtualConnection | null }).connection?.hangUp(),
};

/** One end of a connection on a virtual network: the seam's duties, kept in virtual time. Made by `Device.backend`. */
export class VirtualConnection implements ConnectionBackend, ConnectionEnd, Mortal, PathHost, ChannelsHost {
  readonly maxMessageSize = MAX_MESSAGE_SIZE;
  readonly deviceId: number;
  readonly address: string;
  readonly #device: DeviceSurroundings;
  /** By which the network and descriptions know it. */
  readonly number: number;
  readonly #configuration: ConnectionConfiguration;
  /** `null` once this is closed: nothing is told from then on. */
  #observer: ConnectionObserver | null;
  readonly #signaling = new SignalingMachine();
  readonly #path: Path;
  readonly #channels: VirtualChannels;
  /** Runs operations in the order of the calls, each some time after its own. */
  readonly #operations: Scheduled = { fire: (task) => (task as Task)() };
  readonly #pathTimer: Scheduled = { fire: () => this.#path.onTimer() };
  #farNumber = 0;
  #far: ConnectionEnd | null = null;
  #link: VirtualLink | null = null;
  /** On which of its device's networks the candidates were gathered, and between which the path was found. */
  #gatheredAt = -1;
  #pathAt: number;
  #isRestarting = false;
  #isClosed = false;
  /** What the schedule holds of a connection that is closing; emptied when that is done before its time. */
  #deadline: { connection: VirtualConnection | null } = { connection: null };

  constructor(device: DeviceSurroundings, configuration: ConnectionConfiguration, observer: ConnectionObserver) {
    // The servers themselves are not used, there are none out here: but what a browser would refuse is refused.
    iceAddresses(configuration.iceServers ?? []);
    this.#device = device;
    this.#configuration = configuration;
    this.#observer = observer;
    this.deviceId = device.id;
    this.number = device.network.register(this);
    // All devices are in this process, after all: connections are told apart by their ports.
    this.address = `127.0.0.1 ${1_024 + (this.number % 64_000)}`;
    this.#pathAt = device.moves;
    this.#path = new Path(this);
    this.#channels = new VirtualChannels(device, this);
  }

  /** This very object: there is nothing below it. */
  get native(): VirtualConnection {
    return this;
  }

  get isWhereItWas(): boolean {
    return this.#pathAt === this.#device.moves;
  }

  /** Whether it has ended for good, after `close` and what had to be delivered before. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The number of the connection that the remote description named last; 0 if there was none. */
  get farNumber(): number {
    return this.#farNumber;
  }

  createChannel(label: string, options: ChannelOptions): VirtualChannel {
    return this.#channels.create(label, options);
  }

  restartIce(): void {
    this.#operate("createOffer", () => {
      this.#isRestarting = true;
    });
  }

  createOffer(): void {
    this.#operate("createOffer", () => {
      this.#signaling.requireNoRemoteOffer("createOffer");
      this.#tell((observer) => observer.onDescription("offer", describe(this.number)));
    });
  }

  setLocalDescription(type: DescriptionType, sdp: string): void {
    this.#operate("setLocalDescription", () => {
      if (type !== "rollback" && connectionOf(sdp) !== this.number)
        throw new Error("the description is not this one's");
      this.#changeSignaling(this.#signaling.setLocal(type));
      if (type === "rollback") return;
      this.#gather();
      this.#startIfDescribed();
      if (type === "answer") this.#moveOver();
    });
  }

  setRemoteDescription(type: DescriptionType, sdp: string): void {
    this.#operate("setRemoteDescription", () => {
      const number = type === "rollback" ? 0 : connectionOf(sdp);
      if (number === this.number) throw new Error("the description is one's own");
      this.#changeSignaling(this.#signaling.setRemote(type));
      if (type === "rollback") {
        this.#far = null;
        return;
      }
      // Whoever made it may be gone already: then nobody ever answers.
      this.#far = this.#device.network.end(number) ?? null;
      this.#farNumber = number;
      if (this.#far !== null) this.#link = this.#device.network.link(this.deviceId, this.#far.deviceId);
      if (type === "offer") {
        this.#isRestarting = this.#path.isOpen;
        this.#tell((observer) => observer.onDescription("answer", describe(this.number)));
      }
      this.#startIfDescribed();
      if (type === "answer") this.#moveOver();
    });
  }

  addIceCandidate(media: string, _index: number, name: string): void {
    this.#operate("addIceCandidate", () => {
      if (!this.#signaling.hasRemote) throw new Error("there is no remote description yet");
      if (media !== MEDIA && media !== "") throw new Error(`there is no section ${JSON.stringify(media)}`);
      if (addressOf(name) === this.#far?.address) this.#path.addTarget();
    });
  }

  close(): void {
    if (this.#observer === null) return;
    this.#observer = null;
    const { schedule } = this.#device.network;
    if (!this.#channels.closeAll()) return this.hangUp();
    this.#deadline = { connection: this };
    schedule.add(schedule.nowUs + CLOSE_DEADLINE_MS * 1_000, DEADLINE, this.#deadline);
  }

  /** Ends at once, whatever is still to be delivered; the far end hears of it, if that gets through. */
  hangUp(): void {
    if (this.#isClosed) return;
    if (this.#path.isOpen) this.transmit({ path: "goodbye" }, CHECK_BYTES);
    this.#release();
  }

  /** Ends at once, without a word to anybody: as a crash does. */
  kill(): void {
    this.#observer = null;
    this.#release();
  }

  /** A packet of the far end arrives. */
  fire(packet: unknown): void {
    if (this.#isClosed) return;
    if ((packet as SctpPacket).sctp) {
      this.#path.confirm();
      if (this.#path.isOpen) this.#channels.receive(packet as SctpPacket);
    } else {
      this.#takePathPacket(packet as PathPacket);
    }
  }

  // What the path and the channels ask and tell.

  get nowUs(): number {
    return this.#device.network.schedule.nowUs;
  }

  transmit(packet: PathPacket | SctpPacket, bytes: number): void {
    const far = this.#far;
    const link = this.#link;
    if (far === null || link === null || !this.#device.network.isReachable(link.from, link.to)) return;
    if (!this.isWhereItWas || !far.isWhereItWas) return;
    link.transmit(far, packet, bytes);
  }

  wakeAt(timeUs: number): void {
    this.#device.network.schedule.add(timeUs, this.#pathTimer, null);
  }

  opened(): void {
    this.#channels.open(this.#signaling.offers);
  }

  stateChanged(state: BackendConnectionState): void {
    const { schedule, trace } = this.#device.network;
    trace.note(schedule.nowUs, state, this.deviceId, this.#far?.deviceId ?? 0, this.number);
    this.#tell((observer) => observer.onConnectionState(state));
    if (state === "failed" && this.#observer === null) this.hangUp();
  }

  received(channel: VirtualChannel): void {
    this.#observer?.onChannel(channel);
  }

  allClosed(): void {
    if (this.#observer === null) this.hangUp();
  }

  #takePathPacket(packet: PathPacket): void {
    if (packet.path !== "goodbye") return this.#path.receive(packet);
    // As browsers do, the state is left to the silence that follows.
    this.#channels.abandon();
  }

  #operate(operation: BackendOperation, task: Task): void {
    if (this.#observer === null) return;
    const { schedule } = this.#device.network;
    const run: Task = () => {
      if (this.#observer === null) return;
      try {
        task();
      } catch (error) {
        const reason = `${operation}: ${reasonOf(error)}`;
        this.#tell((observer) => observer.onOperationFailed(operation, reason));
      }
    };
    schedule.add(schedule.nowUs + OPERATION_US, this.#operations, run);
  }

  #changeSignaling(change: BackendSignalingState | null): void {
    if (change !== null) this.#tell((observer) => observer.onSignalingState(change));
  }

  #startIfDescribed(): void {
    if (this.#signaling.isDescribed) this.#path.start(this.#signaling.offers);
  }

  /** The candidates of both sides are known: of this one, those that were gathered last. */
  #moveOver(): void {
    this.#pathAt = this.#gatheredAt;
    if (!this.#isRestarting) return;
    this.#isRestarting = false;
    this.#path.lookAnew();
  }

  #gather(): void {
    if (this.#gatheredAt >= 0 && !this.#isRestarting) return;
    this.#gatheredAt = this.#device.moves;
    const { schedule } = this.#device.network;
    this.#tell((observer) => observer.onGatheringState("gathering"));
    const count = this.#configuration.iceTransportPolicy === "relay" ? 0 : CANDIDATES;
    for (let i = 0; i < count; i++) {
      // Only the first leads here; the others are as those of interfaces that nobody can reach.
      const line = candidateLine(i + 1, i === 0 ? this.address : `203.0.113.${i} 9`);
      const tell: Task = () => this.#tell((observer) => observer.onIceCandidate(MEDIA, 0, line));
      schedule.add(schedule.nowUs + (i + 1) * GATHER_US, this.#operations, tell);
    }
    const complete: Task = () => this.#tell((observer) => observer.onGatheringState("complete"));
    schedule.add(schedule.nowUs + GATHERED_US, this.#operations, complete);
  }

  /** Calls the observer on the main thread, if there still is one by then. */
  #tell(call: (observer: ConnectionObserver) => void): void {
    this.#device.run(() => {
      if (this.#observer !== null) call(this.#observer);
    });
  }

  #release(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#deadline.connection = null;
    this.#path.end();
    this.#channels.end();
    this.#device.network.unregister(this.number);
    this.#device.release(this);
    this.#far = null;
    this.#link = null;
  }
}
