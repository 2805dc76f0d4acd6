import { LobbyLimits } from "../../src/lobby/protocol.ts";
import { quantile } from "../statistics.ts";
import type { Done, Job } from "./job.ts";
import type { Player } from "./player.ts";
import type { Step } from "./trace.ts";

type Lobbies = readonly (readonly Player[])[];

/** Everybody's line to the next one in their lobby. */
interface Line {
  readonly from: Player;
  readonly to: Player;
  readonly frame: Buffer;
}

/** Lobbies whose players connect at a time. */
const AT_ONCE = 24;
/** By then everybody has acknowledged what they read. */
const SILENCE_MS = 1.1 * LobbyLimits.ackAfterMs;
/** Longest that what is under way may take. */
const PATIENCE_MS = 30_000;

function linesOf(lobbies: Lobbies, message: unknown): Line[] {
  return lobbies.flatMap((players) =>
    players.map((from, at) => {
      const to = players[(at + 1) % players.length] as Player;
      return { from, to, frame: from.frameTo(to, message) };
    }),
  );
}

export async function flood(lobbies: Lobbies, job: Job & { do: "flood" }): Promise<Done> {
  const { message, underWay, ms } = job;
  const lines = linesOf(lobbies.slice(0, job.lobbies), message);
  let count = 0;
  let isOn = true;
  let open = lines.length * underWay;
  const startMs = performance.now();
  const finished = new Promise<void>((resolve) => {
    for (const { from, to, frame } of lines) {
      to.onMessage = () => {
        if (isOn) {
          count += 1;
          from.send(frame);
        } else {
          open -= 1;
          if (open === 0) resolve();
        }
      };
    }
  });
  for (let sent = 0; sent < underWay; sent++) for (const { from, frame } of lines) from.send(frame);
  await new Promise((resolve) => setTimeout(resolve, ms));
  isOn = false;
  const tookMs = performance.now() - startMs;
  await inTime(finished);
  return { count, ms: tookMs };
}

export async function pace(lobbies: Lobbies, job: Job & { do: "pace" }): Promise<Done> {
  const { message, perSecond, ms } = job;
  const lines = linesOf(lobbies.slice(0, job.lobbies), message);
  const tookMs: number[] = [];
  const sentAtMs = lines.map((): number[] => []);
  const total = Math.round((perSecond * ms) / 1_000);
  let sent = 0;
  const finished = new Promise<void>((resolve) => {
    for (const [at, { to }] of lines.entries()) {
      to.onMessage = () => {
        tookMs.push(performance.now() - ((sentAtMs[at] as number[])[tookFrom(at)] as number));
        if (tookMs.length === total) resolve();
      };
    }
  });
  const heard = lines.map(() => 0);
  function tookFrom(at: number): number {
    const index = heard[at] as number;
    heard[at] = index + 1;
    return index;
  }
  const startMs = performance.now();
  while (sent < total) {
    const due = Math.min(total, Math.floor(((performance.now() - startMs) * perSecond) / 1_000));
    for (; sent < due; sent++) {
      const at = sent % lines.length;
      const { from, frame } = lines[at] as Line;
      (sentAtMs[at] as number[]).push(performance.now());
      from.send(frame);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const sentInMs = performance.now() - startMs;
  await inTime(finished);
  tookMs.sort((a, b) => a - b);
  return { count: total, ms: sentInMs, p50Ms: quantile(tookMs, 0.5), p99Ms: quantile(tookMs, 0.99) };
}

export async function connectPairs(lobbies: Lobbies, { steps }: Job & { do: "connect" }): Promise<Done> {
  const scripts = lobbies.map((players) => scriptOf(players, steps));
  let begun = 0;
  const startMs = performance.now();
  const play = async (): Promise<void> => {
    while (begun < scripts.length) {
      for (const { from, to, frame } of scripts[begun++] as readonly Line[]) {
        await new Promise<void>((resolve) => {
          to.onMessage = resolve;
          from.send(frame);
        });
      }
    }
  };
  await inTime(Promise.all(Array.from({ length: AT_ONCE }, play)));
  const ms = performance.now() - startMs;
  await new Promise((resolve) => setTimeout(resolve, SILENCE_MS));
  return { count: scripts.reduce((sum, { length }) => sum + length / steps.length, 0), ms };
}

/** What all pairs of a lobby say, one pair after the other. */
function scriptOf(players: readonly Player[], steps: readonly Step[]): Line[] {
  return players.flatMap((second, at) =>
    players.slice(0, at).flatMap((first) =>
      steps.map(({ by, message }) => {
        const [from, to] = by === 0 ? ([first, second] as const) : ([second, first] as const);
        return { from, to, frame: from.frameTo(to, message) };
      }),
    ),
  );
}

async function inTime<Answer>(work: Promise<Answer>): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the server lost something")), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
