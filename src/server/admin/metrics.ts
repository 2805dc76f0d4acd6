import { isReady, type ServerHealth } from "../health.ts";
import { tally } from "../tally.ts";

export interface Metrics {
  readonly contentType: string;
  /** In Prometheus' text format. */
  text(): Promise<string>;
}

const GAUGES = {
  lobbies: "Lobbies that this process has.",
  members: "Players in its lobbies.",
  sockets: "WebSockets that are open.",
} as const;

const COUNTERS = {
  joins: "Players let into lobbies.",
  messagesIn: "Messages that clients sent.",
  bytesIn: "Bytes of those.",
  messagesOut: "Messages sent to clients.",
  relayBytes: "Bytes of game data passed on between players.",
} as const;

/** The tally and the process itself, as Prometheus asks for them. */
export async function makeMetrics(health: ServerHealth): Promise<Metrics> {
  const { Counter, collectDefaultMetrics, Gauge, Registry } = await import("prom-client");
  const registry = new Registry();
  // The event loop's lag, memory, processor time.
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name: `tickmesh_${name}`,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  };
  for (const [name, help] of Object.entries(GAUGES)) gauge(name, help, () => tally[name as keyof typeof GAUGES]);
  gauge("ready", "1 if new lobbies may be made here.", () => Number(isReady(health)));
  gauge("redis_up", "1 if Redis answers, or none is needed.", () => Number(health.isRedisUp ?? true));
  for (const [name, help] of Object.entries(COUNTERS)) {
    const words = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    new Counter({
      name: `tickmesh_${words}_total`,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(tally[name as keyof typeof COUNTERS]);
      },
    });
  }
  new Counter({
    name: "tickmesh_refusals_total",
    help: "What clients were refused, by code.",
    labelNames: ["code"],
    registers,
    collect() {
      this.reset();
      for (const [code, count] of tally.refusals) this.inc({ code }, count);
    },
  });
  return { contentType: registry.contentType, text: () => registry.metrics() };
}
