import { commands } from "vitest/browser";
import type { wireCommands } from "../support/wire-commands.ts";
import { type Means, rtcMeans, type Wire } from "./means.ts";

type WithoutContext<Command> = Command extends (context: unknown, ...args: infer Args) => infer Result
  ? (...args: Args) => Promise<Awaited<Result>>
  : never;

const wires = commands as unknown as {
  readonly [Name in keyof typeof wireCommands]: WithoutContext<(typeof wireCommands)[Name]>;
};

async function openWire(): Promise<Wire> {
  const ports = await wires.openWire();
  const [id] = ports;
  return {
    ports,
    aim: (end, port) => wires.aimWire(id, end, port),
    cut: () => wires.cutWire(id),
    heal: () => wires.healWire(id),
    close: () => wires.closeWire(id),
  };
}

/** What a test in any browser can do: Node holds its wires. */
export const wiredMeans: Means = { ...rtcMeans, openWire };
