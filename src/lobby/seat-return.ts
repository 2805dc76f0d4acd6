import { askToJoin, type ServerAccess } from "./admission.ts";
import { SEAT_RETURN_MS, SEAT_RETURN_PAUSE_MS } from "./limits.ts";
import { isFinal } from "./lobby-error.ts";
import type { JoinRequest } from "./protocol.ts";

/** Gives a seat back that was left while the server was away, once it can be reached. Keeps no process alive. */
export function returnSeat(access: ServerAccess, code: string, request: JoinRequest): void {
  const untilMs = access.clock.nowMs() + SEAT_RETURN_MS;
  const tryLater = (): void => {
    const timer: unknown = setTimeout(() => {
      askToJoin(access, code, { ...request, leaves: true }).then(
        // An older server takes no notice of `leaves`.
        ({ socket }) => socket.leave(),
        (error: unknown) => {
          if (!isFinal(error) && access.clock.nowMs() < untilMs) tryLater();
        },
      );
    }, SEAT_RETURN_PAUSE_MS);
    // In Node, where it is an object.
    (timer as { unref?(): void }).unref?.();
  };
  tryLater();
}
