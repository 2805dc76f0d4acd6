import { systemClock } from "../../src/base/clock.ts";
import { systemRandom } from "../../src/base/random.ts";
import { type Admission, askToCreate, askToJoin } from "../../src/lobby/admission.ts";
import { LobbyLink } from "../../src/lobby/lobby-link.ts";
import { LOBBY_PROTOCOL_VERSION } from "../../src/lobby/protocol.ts";
import { startLobbyServer } from "../../src/server/start-lobby-server.ts";
import type { Signaller } from "../../src/signalling/signaller.ts";
import type { SignallerGroup } from "../contract/signaller-contract.ts";
import { CuttableLine } from "./cuttable-line.ts";

const GAME = { protocolVersion: LOBBY_PROTOCOL_VERSION, gameId: "contract", profile: {} };

interface Seated {
  readonly line: CuttableLine;
  readonly link: LobbyLink;
}

/** The members of one lobby on a real server, each over a line of its own. */
export async function lobbyGroup(): Promise<SignallerGroup> {
  const server = await startLobbyServer({ port: 0, iceServers: [], createBurst: 1_000, joinBurst: 1_000 });
  const seated = new Map<number, Seated>();
  let code: string | undefined;
  return {
    async join(): Promise<Signaller> {
      const line = await CuttableLine.to(server.port);
      const access = { url: line.url, timeLimitMs: 5_000, clock: systemClock };
      const lobby = { name: "contract", maxPeers: 32, isPublic: false, metadata: {} };
      const admission: Admission =
        code === undefined ? await askToCreate(access, { ...GAME, ...lobby }) : await askToJoin(access, code, GAME);
      code = admission.welcome.code;
      const link = new LobbyLink(admission, access, GAME.gameId, {}, systemRandom);
      seated.set(link.signaller.localId, { line, link });
      return link.signaller;
    },
    kick(id) {
      for (const { link } of seated.values()) if (link.signaller.localId === 1) link.act({ type: "kick", peerId: id });
    },
    lose(id) {
      seated.get(id)?.line.cut();
    },
    goDown() {
      for (const { line } of seated.values()) line.cut();
    },
    comeUp() {
      for (const { line } of seated.values()) line.mend();
    },
    async dispose() {
      for (const { line, link } of seated.values()) {
        link.leave();
        line.close();
      }
      await server.close();
    },
  };
}
