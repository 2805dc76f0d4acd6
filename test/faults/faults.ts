import type { ServiceKind } from "./lobby-service.ts";
import type { Scene } from "./scene.ts";

/**
 * When it happens: while a second player joins; while three play; at the moment in which the host of three is killed, so that another must
 * become host meanwhile.
 */
type Moment = "set-up" | "play" | "migration";

export interface Fault {
  /** What it shows (docs/behaviour.md). */
  readonly rule: "F1" | "F2" | "F3" | "F4" | "F5" | "F6" | "F7";
  readonly name: string;
  readonly moment: Moment;
  readonly service: ServiceKind;
  /** Players before it happens. Default: one for `"set-up"`, else three. */
  readonly players?: number;
  /** Whether the lobby ends with its server. Default false. */
  readonly endsLobby?: boolean;
  /** Whether who was killed comes again at once, as who it was; else once the others have let it go. */
  readonly isBackAtOnce?: boolean;
  happen(scene: Scene): Promise<void>;
}

type Happening = Fault["happen"];

const AWAY_MS = 3_000;
const STOPPED_MS = 5_000;
const HOUR_MS = 3_600_000;

const serverKilled: Happening = async ({ service, pass }) => {
  await service.end("SIGKILL");
  await pass(AWAY_MS);
  await service.start();
};
const serverStopped: Happening = async ({ service, pass }) => {
  service.signal("SIGSTOP");
  await pass(STOPPED_MS);
  service.signal("SIGCONT");
};
const serverRestarted: Happening = async ({ service }) => {
  await service.end("SIGTERM");
  await service.start();
};
const holderKilled: Happening = ({ service }) => service.endHolder();
const redisKilled: Happening = async ({ service: { redis }, pass }) => {
  await redis.kill();
  await pass(AWAY_MS);
  await redis.restart();
};
const redisStopped: Happening = async ({ service: { redis }, pass }) => {
  redis.signal("SIGSTOP");
  await pass(STOPPED_MS);
  redis.signal("SIGCONT");
};
const guestKilled: Happening = async (scene) => void (await scene.kill(await scene.guest()));
const hostKilled: Happening = async (scene) => void (await scene.kill(await scene.host()));
const hostKilledTwice: Happening = async (scene) => {
  const id = await scene.kill(await scene.host());
  await scene.kill(await scene.host([id]));
};

const MOMENTS: readonly Moment[] = ["set-up", "play", "migration"];

function always(rule: Fault["rule"], name: string, service: ServiceKind, happen: Happening): Fault[] {
  return MOMENTS.map((moment) => ({ rule, name, moment, service, happen, endsLobby: rule === "F2" }));
}

function inPlay(rule: Fault["rule"], name: string, happen: Happening, more: Partial<Fault> = {}): Fault {
  return { rule, name, moment: "play", service: "key", happen, ...more };
}

const freeze =
  (whom: "guest" | "host", forMs: number): Happening =>
  async (scene) =>
    scene.freeze(await scene[whom](), forMs);

const FROZEN = (["guest", "host"] as const).flatMap((whom) =>
  [3_000, 12_000].map((ms) => inPlay("F6", `the ${whom}'s page frozen for ${ms / 1_000} s`, freeze(whom, ms))),
);

const CLOCKS = (["guest", "host"] as const).flatMap((whom) => [
  inPlay("F7", `the ${whom}'s calendar set an hour on`, async (scene) => {
    await scene.breakClock(await scene[whom](), { kind: "calendar", byMs: HOUR_MS });
    await scene.pass(AWAY_MS);
  }),
  inPlay("F7", `the ${whom}'s calendar set an hour back`, async (scene) => {
    await scene.breakClock(await scene[whom](), { kind: "calendar", byMs: -HOUR_MS });
    await scene.pass(AWAY_MS);
  }),
  inPlay("F7", `the ${whom}'s clock leaps by an hour`, async (scene) => {
    await scene.breakClock(await scene[whom](), { kind: "leap", byMs: HOUR_MS });
    await scene.pass(AWAY_MS);
  }),
  inPlay("F7", `the ${whom}'s clock stands still for 12 s`, async (scene) => {
    await scene.breakClock(await scene[whom](), { kind: "stand", forMs: 12_000 });
    await scene.pass(15_000);
  }),
  inPlay("F7", `the ${whom}'s machine asleep for 12 s, its clock too`, async (scene) => {
    const player = await scene[whom]();
    await player.breakClock({ kind: "sleeps" });
    await scene.freeze(player, 12_000);
  }),
]);

export const FAULTS: readonly Fault[] = [
  ...always("F1", "server killed, started again after 3 s", "key", serverKilled),
  ...always("F2", "server killed, started again after 3 s", "no key", serverKilled),
  ...always("F1", "server stopped for 5 s", "key", serverStopped),
  ...always("F1", "server restarted (SIGTERM)", "key", serverRestarted),
  ...always("F1", "one of two servers killed, the one with the lobby", "Redis", holderKilled),
  ...always("F3", "Redis killed, started again after 3 s, empty", "Redis", redisKilled),
  ...always("F3", "Redis stopped for 5 s", "Redis", redisStopped),
  inPlay("F4", "a guest's browser killed", guestKilled),
  inPlay("F4", "a guest's browser killed, back at once", guestKilled, { isBackAtOnce: true }),
  inPlay("F4", "the host's browser killed", hostKilled),
  inPlay("F4", "the host's browser killed, back at once", hostKilled, { isBackAtOnce: true }),
  inPlay("F5", "the host's browser killed, and the next host's as soon as it plays", hostKilledTwice, { players: 4 }),
  ...FROZEN,
  ...CLOCKS,
];

export function titleOf({ name, moment, service }: Fault): string {
  return `${name}; ${moment}; ${service}`;
}
