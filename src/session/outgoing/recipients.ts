import { MAX_PEER_ID } from "../../base/peer-id.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import { faultOfWhole } from "../../base/whole.ts";
import type { SessionLink } from "../link/session-link.ts";
import type { SendOptions } from "../session-options.ts";

export function isFor(id: number, options: SendOptions | undefined): boolean {
  if (options === undefined) return true;
  const { to, except } = options;
  return id !== except && (to === undefined || (typeof to === "number" ? to === id : to.includes(id)));
}

export function isReceiver({ id, isPresent }: SessionLink, options: SendOptions | undefined): boolean {
  return isPresent && isFor(id, options);
}

/** Throws a `TickmeshError` `invalid-target` for what is no id, and not 0, which is nobody's. */
export function checkRecipients(options: SendOptions | undefined): void {
  for (const name in options) {
    const given = options[name as keyof SendOptions];
    for (const id of name === "to" && Array.isArray(given) ? given : [given]) checkId(name, id);
  }
}

/** As `checkRecipients`, for a call: to oneself there is none. */
export function checkTarget(to: number, self: number): void {
  checkId("to", to);
  if (to === self) throw new TickmeshError("invalid-target", `a call to peer ${to}, which is this one itself`);
}

function checkId(name: string, id: unknown): void {
  const fault = faultOfWhole(name, id, 0, MAX_PEER_ID);
  if (fault !== null) throw new TickmeshError("invalid-target", fault);
}
