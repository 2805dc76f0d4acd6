import { diagnose, reasonOf, refuse, shown } from "../base/diagnostics.ts";
import { Emitter, type EventMap } from "../base/emitter.ts";
import { ErrorCode } from "../base/error-code.ts";
import { faultOfWhole } from "../base/whole.ts";
import { decodeVar, encodeVar } from "../codec/var.ts";
import { MAX_ENCODE_BUFFER_BYTES, MIN_ENCODE_BUFFER_BYTES } from "./limits.ts";

const NO_BYTES = new Uint8Array(0);

/**
 * Godot's `PacketPeer`: whole packets in, whole packets out, nothing split and nothing joined.
 * Data channels and multiplayer peers are both one.
 */
export abstract class PacketPeer<Events extends EventMap<Events> = Record<never, never>> extends Emitter<Events> {
  #packetError: ErrorCode = ErrorCode.OK;
  #encodeBufferMaxSize = 8_388_608;

  /** Packets that `getPacket` can return now. */
  abstract getAvailablePacketCount(): number;

  /**
   * Sends one packet. The bytes are taken before the call returns, so the caller may reuse them.
   * An empty packet is not sent, and gives `OK`.
   */
  abstract putPacket(bytes: Uint8Array): ErrorCode;

  /** The next packet, or its error. For subclasses: `getPacket` and `getVar` are made of it. */
  protected abstract takePacket(): Uint8Array | ErrorCode;

  /**
   * The next packet. The bytes are the caller's: nobody else holds them. Without one, an empty array, and
   * `getPacketError()` says why.
   */
  getPacket(): Uint8Array {
    const taken = this.takePacket();
    if (typeof taken === "number") {
      this.#packetError = taken;
      return NO_BYTES;
    }
    this.#packetError = ErrorCode.OK;
    return taken;
  }

  /** The outcome of the last `getPacket()`: `OK` before the first. `getVar` leaves it alone. */
  getPacketError(): ErrorCode {
    return this.#packetError;
  }

  /** Sends one value as a msgpack packet. `ERR_OUT_OF_MEMORY` if it is longer than `encodeBufferMaxSize`. */
  putVar(value: unknown): ErrorCode {
    let bytes: Uint8Array;
    try {
      bytes = encodeVar(value);
    } catch (error) {
      return refuse(ErrorCode.ERR_INVALID_PARAMETER, `putVar: ${shown(value)} is no msgpack: ${reasonOf(error)}`);
    }
    if (bytes.length > this.#encodeBufferMaxSize) {
      const words = `putVar: ${bytes.length} bytes, encodeBufferMaxSize is ${this.#encodeBufferMaxSize}`;
      return refuse(ErrorCode.ERR_OUT_OF_MEMORY, words);
    }
    return this.putPacket(bytes);
  }

  /** The next packet read as msgpack, or `null` if there is none or it is not msgpack; such a packet is used up. */
  getVar(): unknown {
    const taken = this.takePacket();
    if (typeof taken === "number") return refuse(null, `getVar: no packet (error ${taken})`);
    try {
      return decodeVar(taken);
    } catch (error) {
      return refuse(null, `getVar: ${taken.length} bytes are no msgpack: ${reasonOf(error)}`);
    }
  }

  /** Longest encoding that `putVar` sends. Bytes, 1,024 to 268,435,456, rounded up to a power of two. Default 8 MiB. */
  get encodeBufferMaxSize(): number {
    return this.#encodeBufferMaxSize;
  }

  set encodeBufferMaxSize(bytes: number) {
    const fault = faultOfWhole("encodeBufferMaxSize", bytes, MIN_ENCODE_BUFFER_BYTES, MAX_ENCODE_BUFFER_BYTES);
    if (fault === null) this.#encodeBufferMaxSize = 2 ** Math.ceil(Math.log2(bytes));
    else diagnose(fault);
  }
}
