import { Allowance } from "../../../src/session/allowance.ts";
import { Forwarder } from "../../../src/session/star/forwarder.ts";
import { Rosters } from "../../../src/session/star/rosters.ts";
import { Route } from "../../../src/session/star/route.ts";
import { method } from "../planted-method.ts";

/** Each so many frames one is lost. */
const LOSES = 200;

/** Who opens a route takes the other end for one that knows its number. */
const confirmsAtOnce = method(
  Route.prototype,
  "open",
  (open) =>
    function (this: Route, yours) {
      const carrier = open.call(this, yours);
      this.isConfirmed = true;
      return carrier;
    },
);

/** Each is planted by calling it, and taken out by calling what that gives. */
export const STAR_FAULTS: Readonly<Record<string, () => () => void>> = {
  "a hub that loses reliable frames": method(Forwarder.prototype, "forward", (forward) => {
    let count = 0;
    return function (this: Forwarder, from, to, isReliable, bytes) {
      count += 1;
      if (!isReliable || count % LOSES !== 0) forward.call(this, from, to, isReliable, bytes);
    };
  }),

  "a hub that forwards frames twice": method(
    Forwarder.prototype,
    "forward",
    (forward) =>
      function (this: Forwarder, from, to, isReliable, bytes) {
        forward.call(this, from, to, isReliable, bytes.slice());
        forward.call(this, from, to, isReliable, bytes);
      },
  ),

  "a hub that puts frames in another order": method(Forwarder.prototype, "forward", (forward) => {
    let kept: (() => void) | null = null;
    return function (this: Forwarder, from, to, isReliable, bytes) {
      const goOn = (): void => forward.call(this, from, to, isReliable, bytes);
      if (!isReliable) return goOn();
      const last = kept;
      kept = last === null ? goOn : null;
      if (last === null) return;
      goOn();
      last();
    };
  }),

  // Beginnings are rationed, which ends this sooner or later: here they are not.
  "two who begin anew at once, and end each other's routes": () => {
    const removeRation = method(Allowance.prototype, "take", () => () => true)();
    const removeFault = confirmsAtOnce();
    return () => {
      removeFault();
      removeRation();
    };
  },

  "hubs that tell nobody whom they reach": method(Rosters.prototype, "tell", () => () => {}),
};
