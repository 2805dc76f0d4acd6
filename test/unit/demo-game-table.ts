import { createLoop, type Loop } from "tickmesh/driver";
import { createSession, defineMessages } from "tickmesh/session";
import { IDLE } from "../../demo/game/craft.ts";
import type { CraftInput } from "../../demo/game/types.ts";
import { type FloeSession, messages, VERSION } from "../../demo/net/messages.ts";
import { NetGame } from "../../demo/net/net-game.ts";
import { VirtualMesh } from "../support/virtual-mesh.ts";

const STEP_MS = 16;

const entries = Object.entries(messages.definitions).map(([name, definition]) => [
  name,
  { ...definition, from: "anyone" },
]);
const lawless: typeof messages = defineMessages(Object.fromEntries(entries));

/** Players of the demo, each on a device of its own, in one virtual mesh. */
export class GameTable {
  readonly mesh = new VirtualMesh();
  readonly lobby = { hostId: 1, serverPresent: true };
  /** Players who see the server differently from the others. */
  readonly ownView = new Map<number, GameTable["lobby"]>();
  /** Players whose page hangs: nothing of theirs is polled. */
  readonly asleep = new Set<number>();
  readonly players = new Map<number, ReturnType<GameTable["sit"]>>();
  readonly #loops = new Map<number, Loop>();

  sit(id: number) {
    const { device, peer } = this.mesh.join(id).peer(id);
    const heard: string[] = [];
    const keys: { now: CraftInput } = { now: IDLE };
    const view = (): GameTable["lobby"] => this.ownView.get(id) ?? this.lobby;
    const game = new NetGame({
      peer,
      facts: {
        get hostId() {
          return view().hostId;
        },
        get serverPresent() {
          return view().serverPresent;
        },
      },
      look: { name: `P${id}`, colour: 0x37c8ff },
      clock: device.clock,
      random: device.random("game"),
      input: () => keys.now,
      listener: {
        playerJoined: (who, look) => heard.push(`+${who} ${look.name}`),
        playerLeft: (who, _, reason) => heard.push(`-${who} ${reason}`),
        playerRefused: (who, { code }) => heard.push(`!${who} ${code}`),
        said: (who, _, text) => heard.push(`${who}: ${text}`),
        seatGiven: (code, seat) => heard.push(`seat ${code} ${seat.peerId}`),
        hostChanged: (who) => heard.push(`host ${who}`),
      },
    });
    const tick = (_: number, dtMs: number): void => game.tick(dtMs);
    this.#loops.set(id, createLoop({ ticksPerSecond: 60, poll: [game, game.session], tick, clock: device.clock }));
    const player = { game, heard, keys };
    this.players.set(id, player);
    return player;
  }

  /** Somebody who has a page of its own making, and says what it likes: rights are no part of a table's hash. */
  sitLiar(id: number, look: unknown = { name: `P${id}`, colour: 0x37c8ff }, version = VERSION): FloeSession {
    const { device, peer } = this.mesh.join(id).peer(id);
    const session: FloeSession = createSession({
      peer,
      game: "floe",
      version,
      messages: lawless,
      hello: look,
      limits: { goneAfterMs: 120_000 },
      clock: device.clock,
      random: device.random("session"),
    });
    for (const name of Object.keys(messages.definitions)) {
      session.onMessage(name as keyof typeof messages.definitions, () => {});
    }
    this.#loops.set(id, createLoop({ ticksPerSecond: 60, poll: [session], clock: device.clock }));
    return session;
  }

  leave(id: number): void {
    this.players.get(id)?.game.session.close();
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
      for (const [id, loop] of this.#loops) if (!this.asleep.has(id)) loop.step(this.mesh.network.nowMs);
    }
  }
}
