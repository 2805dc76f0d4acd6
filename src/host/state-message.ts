import type { ByteReader } from "../codec/byte-reader.ts";
import type { ByteWriter } from "../codec/byte-writer.ts";
import { layout, optional } from "../codec/layout.ts";
import { u8, u16, u32 } from "../codec/number-fields.ts";
import type { Payload } from "../codec/payload.ts";
import { STATE_HEAD_BYTES } from "./limits.ts";
import { type Term, termLayout } from "./term.ts";

/** What a state is sent for: to be kept in case the host is lost; to be taken over by who follows; to be host with. */
export const StateUse = { KEEP: 0, FOLLOW: 1, SUCCEED: 2 } as const;
export type StateUse = (typeof StateUse)[keyof typeof StateUse];

export interface StateMessage {
  readonly use: number;
  /** Of the term in which it was made. */
  readonly reign: number;
  /** Counts the states of a game, over all its hosts. */
  readonly number: number;
  /** The `wants` that it answers; 0 if none. */
  readonly wants: number;
  /** The term in which its receiver is host from now on. */
  readonly next?: Term | undefined;
  /** The state as the game's own payload writes it. */
  readonly bytes: Uint8Array;
}

const head = layout({ use: u8(), reign: u32(), number: u32(), wants: u16(), next: optional(termLayout) }).field;

/** States of a game: some facts, then the bytes of the game's own payload, which are read when they are needed. */
export class StatePayload<State> implements Payload<StateMessage> {
  readonly inner: Payload<State>;
  readonly signature: string;
  readonly maxBytes: number;

  constructor(inner: Payload<State>) {
    this.inner = inner;
    this.signature = `host state ${head.signature} ${inner.signature}`;
    this.maxBytes = inner.maxBytes + STATE_HEAD_BYTES;
  }

  write(value: StateMessage, to: ByteWriter): void {
    head.encode(value, to);
    to.raw(value.bytes);
  }

  read(from: ByteReader): StateMessage {
    return { ...head.decode(from), bytes: from.rest().slice() };
  }
}
