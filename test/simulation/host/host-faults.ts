import { AwakeTime } from "../../../src/base/awake-time.ts";
import { Host } from "../../../src/host/host.ts";
import { KnownPeer } from "../../../src/host/known-peer.ts";
import { StateKeeper } from "../../../src/host/state-keeper.ts";
import { StatePost } from "../../../src/host/state-post.ts";
import { method } from "../planted-method.ts";

/** Each is planted by calling it, and taken out by calling what that gives. */
export const HOST_FAULTS: Readonly<Record<string, () => () => void>> = {
  "a page that wakes acts at once": method(
    AwakeTime.prototype,
    "poll",
    (poll) =>
      function (this: AwakeTime, clockMs) {
        poll.call(this, clockMs);
        this.passedMs = Math.min(this.passedMs, 100);
      },
  ),

  "deputies that are given nothing": method(StatePost.prototype, "keep", () => () => {}),

  "a state that is never made again": method(
    StateKeeper.prototype,
    "make",
    (make) =>
      function (this: StateKeeper<unknown>) {
        return this.kept ?? make.call(this);
      },
  ),

  "another side that is never believed": method(
    KnownPeer.prototype,
    "view",
    (view) =>
      function (this: KnownPeer, nowMs) {
        return { ...view.call(this, nowMs), isSettled: !this.isStranger };
      },
  ),

  "a host that goes without a word": method(Host.prototype, "resign", () => () => false),

  "followers that are given nothing": method(StatePost.prototype, "answer", () => () => {}),
};
