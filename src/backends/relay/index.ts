export {
  MAX_RELAY_LINES_PER_PAIR,
  MAX_RELAY_NAME_LENGTH,
  MAX_RELAY_PACKET_BYTES,
  RELAY_WINDOW_BYTES,
  type RelayLine,
  type RelayObserver,
  type RelayPipe,
} from "../../seam/relay-pipe.ts";
export { relayBackend } from "./relay-backend.ts";
