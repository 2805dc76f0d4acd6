import { ErrorCode } from "../../src/base/error-code.ts";
import { ChannelState } from "../../src/connection/channel-state.ts";
import type { LinkChannel } from "../../src/session/link/carrier.ts";
import type { Spoke } from "../../src/session/star/forwarder.ts";

/** Keeps what it is given; `buffered` of it, in bytes, have not left. */
type KeptChannel = LinkChannel & { readonly given: Uint8Array[]; buffered: number };

export interface KeptSpoke extends Spoke {
  readonly transport: { readonly carrier: { readonly reliable: KeptChannel; readonly unreliable: KeptChannel } };
}

/** A peer that a hub is connected to, by channels that only keep what they are given. */
export function keptSpoke(id: number): KeptSpoke {
  return {
    id,
    forwardedFrames: 0,
    droppedFrames: 0,
    transport: { carrier: { reliable: keptChannel(), unreliable: keptChannel() } },
    drainRate: { bytesPerMs: Number.NaN },
    noteForwarded: () => {},
  };
}

function keptChannel(): KeptChannel {
  const given: Uint8Array[] = [];
  return {
    given,
    buffered: 0,
    bufferedAmountLowThreshold: 0,
    onBufferedAmountLow: null,
    getReadyState: () => ChannelState.OPEN,
    getBufferedAmount() {
      return this.buffered;
    },
    getAvailablePacketCount: () => 0,
    getPacket: () => new Uint8Array(0),
    putPacket(bytes) {
      given.push(bytes.slice());
      this.buffered += bytes.length;
      return ErrorCode.OK;
    },
  };
}
