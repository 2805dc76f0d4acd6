import { InvalidPayload } from "../../codec/with-schema.ts";
import { Fault } from "./fault.ts";

/** What a payload that could not be read says of its sender. A payload of the game's own may throw whatever it likes. */
export function faultOf(error: unknown): Fault {
  return error instanceof InvalidPayload ? Fault.INVALID_PAYLOAD : Fault.WRONG_PAYLOAD;
}
