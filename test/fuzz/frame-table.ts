import { bytes } from "../../src/codec/bytes-payload.ts";
import { flag } from "../../src/codec/flag.ts";
import { layout } from "../../src/codec/layout.ts";
import { u8, u16 } from "../../src/codec/number-fields.ts";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { call, message } from "../../src/session/messages/definition.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";

/** A message of every kind, and few enough that bytes by chance hit them. */
export const FRAME_TABLE = defineMessages({
  chat: message(),
  file: message({ lane: "bulk", payload: bytes({ maxBytes: 1_048_576 }) }),
  move: message({ mode: TransferMode.UNRELIABLE, payload: layout({ x: u16(), up: flag() }) }),
  note: message({ mode: TransferMode.UNRELIABLE_ORDERED, payload: bytes() }),
  rule: message({ from: "host", payload: layout({ n: u8() }) }),
  rare: message({ perSecond: 1 }),
  ask: call<number, number>(),
});
