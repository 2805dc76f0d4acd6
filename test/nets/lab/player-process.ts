/** A player in Node: plays as it is told by the process that started it. Its machine is the namespace that it runs in. */

import { nodeBackend } from "../../../src/backends/node/index.ts";
import { WebRTCPeerConnection } from "../../../src/index.ts";
import { createLabGame, type LabGame } from "./lab-game.ts";

/** `renew`: the game is given up for one that has met nobody. */
export interface LabOrder {
  readonly number: number;
  readonly method: keyof LabGame | "renew";
  readonly args: readonly unknown[];
}

export interface LabAnswer {
  readonly number: number;
  readonly value?: unknown;
  readonly error?: string;
}

WebRTCPeerConnection.setDefaultExtension(nodeBackend());
let game = createLabGame();

process.on("message", async ({ number, method, args }: LabOrder) => {
  const answer = (rest: Omit<LabAnswer, "number">): void => void process.send?.({ number, ...rest });
  try {
    answer({ value: await obey(method, args) });
  } catch (error) {
    answer({ error: String(error) });
  }
});
process.on("disconnect", () => process.exit());

function obey(method: LabOrder["method"], args: readonly unknown[]): unknown {
  if (method !== "renew") return (game[method] as (...values: readonly unknown[]) => unknown)(...args);
  game.leave();
  game = createLabGame();
  return undefined;
}
