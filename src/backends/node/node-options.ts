import { shown } from "../../base/diagnostics.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import { faultOfWhole } from "../../base/whole.ts";
import { MAX_MESSAGE_SIZE, SAFE_MESSAGE_SIZE } from "../../seam/bounds.ts";

/** How connections of Node's are made, all optional. */
export interface NodeBackendOptions {
  /**
   * The address of this machine that connections use. Default: all but the loopback interface, which is used only if it is named:
   * `"127.0.0.1"`, for players on one machine, and for tests.
   */
  readonly bindAddress?: string;
  /** The UDP ports that connections use, first and last, 1 to 65,535: one for each connection. Default: any. */
  readonly portRange?: readonly [number, number];
  /** Bytes in the largest message taken from the far side, 65,536 or more. Default 262,144, as Chromium. */
  readonly maxMessageSize?: number;
}

const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|[\da-f:.]*:[\da-f:.]*)$/i;
/** libdatachannel keeps it in 32 bits, and makes its buffers that large. */
const MAX_MAX_MESSAGE_SIZE = 1_073_741_824;

/** Throws `invalid-options` for what is none. */
export function checkNodeOptions({ bindAddress, portRange, maxMessageSize }: NodeBackendOptions): void {
  const [first, last] = portRange ?? [1, 65_535];
  const fault =
    (bindAddress === undefined || ADDRESS.test(bindAddress)
      ? null
      : `bindAddress ${shown(bindAddress)} is no address`) ??
    faultOfWhole("portRange[0]", first, 1, 65_535) ??
    faultOfWhole("portRange[1]", last, first, 65_535) ??
    faultOfWhole("maxMessageSize", maxMessageSize ?? MAX_MESSAGE_SIZE, SAFE_MESSAGE_SIZE, MAX_MAX_MESSAGE_SIZE);
  if (fault !== null) throw new TickmeshError("invalid-options", fault);
}
