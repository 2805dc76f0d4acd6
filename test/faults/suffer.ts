import { seededRandom } from "../../src/base/random.ts";
import type { Arena } from "./arena.ts";
import { type Fault, titleOf } from "./faults.ts";
import { LobbyService } from "./lobby-service.ts";
import { type Noticed, noticed } from "./noticed.ts";
import type { PlayerReport } from "./page/player-report.ts";
import type { Player } from "./player.ts";
import { nowMs, Scene } from "./scene.ts";

/** What one fault did. Unit: ms since it began. */
export interface FaultRow extends Noticed {
  readonly fault: Fault;
  /** When those who were left played under one host, and the lobby had the same one, or knew that it is gone. */
  readonly wholeMs: number;
  /** When somebody new was in by the code; `null`: never. */
  readonly joinedMs: number | null;
  /** Reliable messages between all who were there at the end. */
  readonly messages: number;
  readonly lost: number;
  readonly doubled: number;
  readonly reordered: number;
  readonly sameIds: boolean;
  /** Who was refused though it should be in, or the other way round. */
  readonly refusals: readonly string[];
}

/** Play before something happens: long enough for deputies to have the state. Unit: ms. */
const PLAY_MS = 1_500;
/** Within it a request to join is answered, and connections are made. Unit: ms. */
const JOINING_MS = 250;

export async function suffer(arena: Arena, fault: Fault, seed: number): Promise<FaultRow> {
  const service = await LobbyService.open(fault.service);
  const scene = new Scene(arena, service, seededRandom(seed));
  try {
    return await sufferIn(scene, fault);
  } catch (error) {
    throw new Error(`${titleOf(fault)}, seed ${seed}: ${(error as Error).message}`, { cause: error });
  } finally {
    await scene.end();
    await service.close();
  }
}

async function sufferIn(scene: Scene, fault: Fault): Promise<FaultRow> {
  const { moment, endsLobby = false, isBackAtOnce = false } = fault;
  await scene.begin(fault.players ?? (moment === "set-up" ? 1 : 3));
  await scene.pass(PLAY_MS);
  const idsBefore = (await scene.reports()).map(({ id }) => id);
  const [newcomer, other] = [await scene.newcomer(), await scene.newcomer()];
  const refusals: string[] = [];
  const noteRefusal = (who: string, why: string): void => void (why !== "" && refusals.push(`${who}: ${why}`));

  const beganMs = nowMs();
  if (moment === "set-up") noteRefusal("the second player", await happenWhileJoining(scene, fault, other));
  else if (moment === "migration") await Promise.all([killHost(scene), fault.happen(scene)]);
  else await fault.happen(scene);

  const left = [...scene.players];
  const comingBack = isBackAtOnce ? comeBack(scene, other) : null;
  const joining = endsLobby ? null : joined(scene, newcomer, beganMs);
  await scene.whole(left, endsLobby);
  const wholeMs = nowMs() - beganMs;
  const { why, atMs } = await (joining ?? joined(scene, newcomer, beganMs, true));
  noteRefusal("the newcomer", why);
  if (!isBackAtOnce) await allGone(scene, left);
  const returned = await (comingBack ?? (endsLobby ? null : comeBack(scene, other)));
  noteRefusal("who was killed", returned ?? "");
  await scene.whole(scene.players, endsLobby);
  const reports = await drained(scene);
  const ids = reports.map(({ id }) => id);
  const before = await scene.reports(left);
  const ledgers = reports.flatMap((report) => ledgersOf(report, ids));
  const sum = (of: (ledger: PlayerReport["ledgers"][number]) => number): number =>
    ledgers.reduce((total, ledger) => total + of(ledger), 0);
  return {
    fault,
    wholeMs,
    joinedMs: atMs,
    messages: sum(({ heard }) => heard),
    lost: sum(({ lost }) => lost),
    doubled: sum(({ doubled }) => doubled),
    reordered: sum(({ reordered }) => reordered),
    sameIds: idsBefore.every((id) => ids.includes(id) || (endsLobby && isKilled(scene, id))),
    refusals,
    ...noticed(before, scene.absences, beganMs),
  };
}

/** Gives why the second player was not let in. One that comes into a lobby that is ending is not waited for. */
async function happenWhileJoining(scene: Scene, fault: Fault, second: Player): Promise<string> {
  const isGone = fault.endsLobby === true;
  const entering = scene.enter(second, { isGone });
  await scene.pass(scene.someMs(JOINING_MS));
  await fault.happen(scene);
  const why = await entering;
  if (isGone && why === "") scene.forget(second);
  return isGone ? "" : why;
}

async function killHost(scene: Scene): Promise<void> {
  await scene.kill(await scene.host());
}

async function joined(
  scene: Scene,
  newcomer: Player,
  beganMs: number,
  isGone = false,
): Promise<{ readonly why: string; readonly atMs: number | null }> {
  const why = await scene.enter(newcomer, { isGone });
  return { why, atMs: why === "" ? nowMs() - beganMs : null };
}

/** Those who were killed sit down again, in other pages. Gives why one could not. */
async function comeBack(scene: Scene, page: Player): Promise<string> {
  let next: Player | null = page;
  for (const { isKilled, seat } of scene.absences) {
    if (!isKilled) continue;
    const why = await scene.enter(next ?? (await scene.newcomer()), { seat });
    if (why !== "") return why;
    next = null;
  }
  return "";
}

/** Until those who were killed have left, for all others. */
async function allGone(scene: Scene, left: readonly Player[]): Promise<void> {
  const killed = scene.absences.filter(({ isKilled }) => isKilled);
  await scene.until((reports) => {
    const isGone = reports.every(({ peers }) => killed.every(({ id }) => !peers.includes(id)));
    return isGone ? null : "the others to let go of who was killed";
  }, left);
}

function isKilled({ absences }: Scene, id: number): boolean {
  return absences.some((absence) => absence.isKilled && absence.id === id);
}

/** What all know once all have heard what all have sent. */
async function drained(scene: Scene): Promise<PlayerReport[]> {
  await Promise.all(scene.players.map((player) => player.stopCounting()));
  return scene.until((reports) => {
    const sent = (from: number, to: number): number => ledgerOf(reports, from, to)?.sent ?? -1;
    const heard = (at: number, of: number): number => ledgerOf(reports, at, of)?.heard ?? -1;
    const ids = reports.map(({ id }) => id);
    const isAll = ids.every((one) => ids.every((two) => one === two || sent(one, two) === heard(two, one)));
    return isAll ? null : "all to hear what was sent";
  });
}

function ledgerOf(
  reports: readonly PlayerReport[],
  at: number,
  of: number,
): PlayerReport["ledgers"][number] | undefined {
  return reports.find(({ id }) => id === at)?.ledgers[of];
}

function ledgersOf({ id, ledgers }: PlayerReport, ids: readonly number[]): PlayerReport["ledgers"][number][] {
  return ids.flatMap((other) => (other === id ? [] : (ledgers[other] ?? [])));
}
