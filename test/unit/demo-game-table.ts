import { createLoop, type Loop } from "tickmesh/driver";
import { createHost } from "tickmesh/host";
import { createSession, defineMessages } from "tickmesh/session";
import { IDLE } from "../../demo/game/craft.ts";
import { newRound } from "../../demo/game/round.ts";
import type { CraftInput } from "../../demo/game/types.ts";
import { type FloeSession, messages, VERSION } from "../../demo/net/messages.ts";
import { NetGame } from "../../demo/net/net-game.ts";
import { VirtualMesh } from "../support/virtual-mesh.ts";

const STEP_MS = 16;
/** As long as the page leaves a pair in peace that the connector has given up. Unit: ms. */
const RETRY_PAIR_MS = 10_000;

const entries = Object.entries(messages.definitions).map(([name, definition]) => [
  name,
  { ...definition, from: "anyone" },
]);
const lawless: typeof messages = defineMessages(Object.fromEntries(entries));

/** Players of the demo, each on a device of its own, in one virtual mesh. */
export class GameTable {
  readonly mesh = new VirtualMesh();
  /** Whom the lobby server names host. */
  lobbyHostId = 1;
  /** Players whose page hangs: nothing of theirs is polled. */
  readonly asleep = new Set<number>();
  readonly players = new Map<number, ReturnType<GameTable["sit"]>>();
  readonly #loops = new Map<number, Loop>();
  readonly #retries: { readonly atMs: number; retry(): void }[] = [];

  sit(id: number) {
    const { device, peer, connector } = this.mesh.join(id).peer(id);
    connector.on("pairFailed", (other, _, __, willRetry) => {
      const atMs = this.mesh.network.nowMs + RETRY_PAIR_MS;
      if (!willRetry) this.#retries.push({ atMs, retry: () => connector.retry(other) });
    });
    const heard: string[] = [];
    const keys: { now: CraftInput } = { now: IDLE };
    const game = new NetGame({
      peer,
      firstHost: () => this.lobbyHostId,
      look: { name: `P${id}`, colour: 0x37c8ff },
      clock: device.clock,
      random: device.random("game"),
      input: () => keys.now,
      listener: {
        playerJoined: (who, { name }, returned) => heard.push(`+${who} ${name}${returned ? " again" : ""}`),
        playerLeft: (who, _, reason) => heard.push(`-${who} ${reason}`),
        playerRefused: (who, { code }) => heard.push(`!${who} ${code}`),
        said: (who, _, text) => heard.push(`${who}: ${text}`),
        hostChanged: (who) => heard.push(`host ${who}`),
        isolated: () => heard.push("isolated"),
      },
    });
    const tick = (_: number, dtMs: number): void => game.tick(dtMs);
    const poll = [game.session, game.host, game];
    this.#loops.set(id, createLoop({ ticksPerSecond: 60, poll, tick, clock: device.clock }));
    const player = { game, heard, keys };
    this.players.set(id, player);
    return player;
  }

  /**
   * Somebody who has a page of its own making, and says what it likes: rights are no part of a table's hash. `hosts`: it takes part in
   * elections as everybody does, with a round of its own.
   */
  sitLiar(
    id: number,
    {
      look = { name: `P${id}`, colour: 0x37c8ff } as unknown,
      version = VERSION,
      hosts = false,
    }: { readonly look?: unknown; readonly version?: string; readonly hosts?: boolean } = {},
  ): FloeSession {
    const { device, peer } = this.mesh.join(id).peer(id);
    const session: FloeSession = createSession({
      peer,
      game: "floe",
      version,
      messages: lawless,
      hello: look,
      clock: device.clock,
      random: device.random("session"),
    });
    for (const name of Object.keys(messages.definitions)) {
      session.onMessage(name as keyof typeof messages.definitions, () => {});
    }
    const host = createHost({
      messages: lawless,
      snapshot: () => ({ atMs: 0, round: newRound(1) }),
      restore: () => {},
      firstHost: () => this.lobbyHostId,
      clock: device.clock,
      random: device.random("host"),
    });
    if (hosts) host.start(session);
    this.#loops.set(id, createLoop({ ticksPerSecond: 60, poll: [session, host], clock: device.clock }));
    return session;
  }

  leave(id: number): void {
    this.players.get(id)?.game.session.close();
    this.players.delete(id);
    this.#loops.delete(id);
  }

  /** Its device is gone, without a word. */
  crash(id: number): void {
    this.mesh.peer(id).device.crash();
    this.players.delete(id);
    this.#loops.delete(id);
  }

  /** Nothing reaches this player and nothing comes from it, until `restore`. Nobody is told. */
  cutOff(id: number): void {
    this.mesh.network.partition([[id], [...this.#loops.keys()].filter((other) => other !== id)]);
  }

  restore(): void {
    this.mesh.network.heal();
  }

  run(ms: number): void {
    for (let done = 0; done < ms; done += STEP_MS) {
      this.mesh.network.advance(STEP_MS);
      const { nowMs } = this.mesh.network;
      while ((this.#retries[0]?.atMs ?? nowMs) < nowMs) this.#retries.shift()?.retry();
      for (const [id, loop] of this.#loops) if (!this.asleep.has(id)) loop.step(this.mesh.network.nowMs);
    }
  }
}
