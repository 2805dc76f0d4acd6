import { MAX_RELAY_PACKET_BYTES, type RelayPipe } from "../../seam/relay-pipe.ts";
import type { RelayChannel } from "../relay/relay-channel.ts";
import { lineName, nonceOfCandidate } from "../relay/relay-description.ts";
import { RelayLink } from "../relay/relay-link.ts";
import { RELAY_PAUSES_MS } from "./limits.ts";
import { type Note, readNote, writeNote } from "./note.ts";
import { optionsOf } from "./options-of.ts";
import type { PathChannels } from "./path-channels.ts";
import { pauseOf } from "./pause-of.ts";

/** What the way through the relay tells the connection that it is part of. */
export interface RelayWayOwner {
  /** The far side is there. */
  lineOpened(): void;
  heard(note: Note): void;
  /** The far side made a channel. */
  receivedByRelay(relay: RelayChannel): void;
  /** `fault`: why, in words; `null` if the far side closed it, and nothing is missing. */
  lineDown(fault: string | null): void;
}

/** The way through the relay: when a line is opened, and what is said on it beside the channels. */
export class RelayWay {
  /** When a line is to be opened, by the caller's clock. Unit: ms. */
  fromMs = Number.POSITIVE_INFINITY;
  readonly #pipe: RelayPipe;
  readonly #peerId: number;
  readonly #nonce: string;
  readonly #owner: RelayWayOwner;
  #farNonce: string | null = null;
  #link: RelayLink | null = null;
  #tries = 0;

  constructor(pipe: RelayPipe, peerId: number, nonce: string, owner: RelayWayOwner) {
    this.#pipe = pipe;
    this.#peerId = peerId;
    this.#nonce = nonce;
    this.#owner = owner;
  }

  /** Whether a line is there, open or not. */
  get isThere(): boolean {
    return this.#link !== null;
  }

  /** Whether the far side has said that it has one. */
  get isMutual(): boolean {
    return this.#farNonce !== null;
  }

  isDue(nowMs: number): boolean {
    return this.#link === null && this.#farNonce !== null && nowMs >= this.fromMs;
  }

  /** Takes the far side's candidate. False if it names no relay. */
  takeCandidate(name: string): boolean {
    const nonce = nonceOfCandidate(name);
    this.#farNonce ??= nonce;
    return nonce !== null;
  }

  open(channels: PathChannels): void {
    const link = new RelayLink({
      onLineOpen: () => {
        if (this.#link === link) this.#owner.lineOpened();
      },
      onNote: (payload) => {
        const note = readNote(payload);
        if (note !== null && this.#link === link) this.#owner.heard(note);
      },
      onChannel: (relay) => this.#owner.receivedByRelay(relay),
      onDown: (fault) => {
        if (this.#link !== link) return;
        this.#link = null;
        this.#owner.lineDown(fault && `the relay's line to peer ${this.#peerId} is down: ${fault}`);
      },
    });
    this.#link = link;
    for (const channel of channels.wanted) {
      channel.setRelay(link.createChannel(channel.facts.label, optionsOf(channel)));
    }
    link.connect(this.#pipe, this.#peerId, lineName(this.#nonce, this.#farNonce as string));
  }

  /** It went down before it was needed: it is tried again, after a pause. */
  pause(nowMs: number): void {
    this.fromMs = nowMs + pauseOf(RELAY_PAUSES_MS, this.#tries);
    this.#tries += 1;
  }

  /** The channels carry from now on. */
  start(isFirst: boolean): void {
    this.#link?.start(isFirst);
  }

  say(note: Note): void {
    const bytes = writeNote(note);
    if (bytes.length < MAX_RELAY_PACKET_BYTES - 16) this.#link?.sendNote(bytes);
  }

  drop(relay: RelayChannel): void {
    this.#link?.drop(relay);
  }

  close(): void {
    const link = this.#link;
    this.#link = null;
    link?.close();
  }
}
