import { Packr, unpack } from "msgpackr";
import { dataFrame } from "../../test/support/raw-lobby-client.ts";
import { httpAnswer } from "./http-answer.ts";
import { binaryFrame, LeanSocket } from "./lean-socket.ts";
import type { Player } from "./player.ts";

const JOIN_ROOM = 10;
const ERROR = 11;
const LEAVE_ROOM = 12;
const ROOM_DATA = 13;
export const ROOM_DATA_BYTES = 17;
const packr = new Packr({ useRecords: false });
const joined = binaryFrame(Buffer.of(JOIN_ROOM));
const leaving = binaryFrame(Buffer.of(LEAVE_ROOM));

/** Who is in a Colyseus room: what all rooms have in common. */
export abstract class RoomPlayer implements Player {
  onMessage: () => void = () => {};
  /** Frames of raw bytes. */
  onBytes: (frame: Buffer) => void = () => {};
  #socket: LeanSocket | null = null;
  #onWelcome: (message: Readonly<Record<string, unknown>>) => void = () => {};
  #onError: (error: Error) => void = () => {};

  /** Asks for a seat at one port, takes it, and resolves to the first message that is told in the room. */
  async enter(port: number, path: string, options: object): Promise<Readonly<Record<string, unknown>>> {
    const seat = JSON.parse(await httpAnswer(port, path, options)) as {
      readonly processId: string;
      readonly roomId: string;
      readonly sessionId: string;
      readonly publicAddress?: string;
    };
    const socketPort = seat.publicAddress === undefined ? port : Number(seat.publicAddress.split(":")[1]);
    const welcome = new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
      this.#onWelcome = resolve;
      this.#onError = reject;
    });
    const socketPath = `/${seat.processId}/${seat.roomId}?sessionId=${seat.sessionId}`;
    const early: Buffer[] = [];
    const socket = await LeanSocket.open(socketPort, socketPath, (frame) => early.push(Buffer.from(frame)));
    this.#socket = socket;
    socket.onMessage = (frame) => this.#hear(frame);
    for (const frame of early) this.#hear(frame);
    return welcome;
  }

  abstract frameTo(receiver: Player, message: unknown): Buffer;

  send(frame: Buffer): void {
    this.#socket?.send(frame);
  }

  async leave(): Promise<void> {
    this.send(leaving);
    await this.#socket?.closed;
  }

  /** Somebody's signal came. */
  protected heard(): void {
    this.onMessage();
  }

  #hear(frame: Buffer): void {
    switch (frame[0]) {
      case ROOM_DATA_BYTES:
        this.onBytes(frame);
        return;
      case JOIN_ROOM:
        this.send(joined);
        return;
      case ERROR:
        this.#onError(new Error(frame.toString("latin1")));
        return;
      case ROOM_DATA: {
        const end = 2 + ((frame[1] as number) & 0x1f);
        const type = frame.toString("latin1", 2, end);
        if (type === "signal") this.heard();
        else if (type === "welcome" || type === "relay-welcome") {
          this.#onWelcome(unpack(frame.subarray(end)) as Readonly<Record<string, unknown>>);
        } else if (type === "refused") {
          throw new Error(`refused: ${JSON.stringify(unpack(frame.subarray(end)))}`);
        }
      }
    }
  }
}

export function roomFrame(type: string, message: unknown): Buffer {
  return binaryFrame(dataFrame(type, packr.pack(message)));
}
