import { type Client, ClientState } from "@colyseus/core";
import { expect, test } from "vitest";
import { MAX_RELAY_OUTBOUND_BYTES, MAX_RELAY_OUTBOUND_PACKETS } from "../../src/server/limits.ts";
import { RelayDesk } from "../../src/server/relay-desk.ts";
import { DEFAULT_LOBBY_SETTINGS } from "../../src/server/settings.ts";

/** A member's socket that the test reads, or does not. */
class Line {
  bufferedAmount = 0;
  isCut = false;
  readonly waiting: (() => void)[] = [];
  readonly client = { state: ClientState.JOINED, ref: this, send: () => {}, leave: () => {} } as unknown as Client;

  send(frame: Uint8Array, _options: object, onWritten?: () => void): void {
    if (onWritten === undefined) return;
    this.bufferedAmount += frame.length;
    this.waiting.push(onWritten);
  }

  /** Reads so many of what waits. */
  read(count: number, size: number): void {
    for (const onWritten of this.waiting.splice(0, count)) onWritten();
    this.bufferedAmount -= count * size;
  }

  terminate(): void {
    this.isCut = true;
  }

  pause(): void {}
  resume(): void {}
}

function deskOfTwo(): { readonly far: Line; send(size: number): void } {
  const settings = { ...DEFAULT_LOBBY_SETTINGS, relayBytesPerSecond: 1e12, relayBytesPerSecondTotal: 1e12 };
  const desk = new RelayDesk(settings);
  const [near, far] = [new Line(), new Line()];
  desk.open(1, near.client);
  desk.open(2, far.client);
  far.bufferedAmount = 1;
  const send = (size: number): void => {
    const frame = Buffer.alloc(size);
    frame.set([17, 0]);
    frame.writeUInt32BE(2, 2);
    expect(desk.carry(near.client, frame)).toBe(true);
  };
  return { far, send };
}

test("V27 who does not read is cut off by bytes, or by packets however small, and by neither who reads on", () => {
  const many = deskOfTwo();
  for (let i = 0; i < MAX_RELAY_OUTBOUND_PACKETS; i++) many.send(8);
  expect(many.far.isCut).toBe(false);
  many.far.read(10, 8);
  for (let i = 0; i < 10; i++) many.send(8);
  expect(many.far.isCut).toBe(false);
  many.send(8);
  expect(many.far.isCut).toBe(true);

  const long = deskOfTwo();
  for (let i = 0; i < MAX_RELAY_OUTBOUND_BYTES / 65_536; i++) long.send(65_536);
  expect(long.far.isCut).toBe(false);
  long.send(8);
  expect(long.far.isCut).toBe(true);
});
