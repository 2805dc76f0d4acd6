import { ErrorCode } from "../base/error-code.ts";
import { ConnectionStatus, MultiplayerPeer, TARGET_PEER_SERVER, TransferMode } from "./multiplayer-peer.ts";

/** Godot's `OfflineMultiplayerPeer`: a server that nobody ever joins. For playing alone with the same code. */
export class OfflineMultiplayerPeer extends MultiplayerPeer {
  getAvailablePacketCount(): number {
    return 0;
  }

  putPacket(_bytes: Uint8Array): ErrorCode {
    return ErrorCode.OK;
  }

  protected takePacket(): ErrorCode {
    return ErrorCode.ERR_UNAVAILABLE;
  }

  setTargetPeer(_id: number): void {}

  getPacketPeer(): number {
    return 0;
  }

  getPacketChannel(): number {
    return 0;
  }

  getPacketMode(): TransferMode {
    return TransferMode.RELIABLE;
  }

  poll(): void {}

  close(): void {}

  disconnectPeer(_id: number, _force?: boolean): void {}

  getConnectionStatus(): ConnectionStatus {
    return ConnectionStatus.CONNECTED;
  }

  getUniqueId(): number {
    return TARGET_PEER_SERVER;
  }
}
