import { systemClock } from "tickmesh";
import type { Loop, LoopMember } from "tickmesh/driver";
import { followHost } from "tickmesh/host";
import { type Lobby, LobbyErrorCode } from "tickmesh/lobby";
import { LeaveReason } from "tickmesh/session";
import { IDLE } from "./game/craft.ts";
import type { PlayerLook } from "./game/types.ts";
import { Hud } from "./hud/hud.ts";
import type { PlayerState } from "./hud/player-list.ts";
import { memberLook, playerRows } from "./hud/rows.ts";
import { inPlainWords, wordsFor } from "./lobby/refusals.ts";
import type { BackendName } from "./net/backend-choice.ts";
import { comingWords } from "./net/coming-words.ts";
import { NetGame } from "./net/net-game.ts";
import { failureWords, partingWords, refusalWords } from "./net/parting-words.ts";
import { openDialog } from "./page/dialog.ts";
import { element } from "./page/element.ts";
import { freeColour } from "./page/free-colour.ts";
import { freeName } from "./page/free-name.ts";
import { keepLook } from "./page/kept-look.ts";
import { roundWords } from "./page/round-words.ts";
import { readStored, writeStored } from "./page/stored.ts";
import type { GameView } from "./view/start-view.ts";

/** The list and the lamps need no more than this. Unit: ms. */
const REFRESH_MS = 200;
/** How the connections are changes slowly, and to look costs something. Unit: ms. */
const SAMPLE_MS = 500;
/** How long to leave a pair in peace that the connector has given up. Unit: ms. */
const RETRY_PAIR_MS = 10_000;

export interface LobbyGameOptions {
  readonly lobby: Lobby;
  readonly look: PlayerLook;
  /** This player was in the lobby before, and looked like that. */
  readonly returns: boolean;
  readonly loop: Loop;
  /** Which backend the link asked for, to be shown; `null` if none. */
  readonly backend: BackendName | null;
  /** The game is over for this page. `words`: why, if it was not the player's wish. */
  readonly onEnd: (words: string | null) => void;
}

/** One stay in one lobby: the mesh, the game on it, and everything around it on the screen. */
export class LobbyGame {
  readonly lobby: Lobby;
  readonly game: NetGame;
  readonly hud = new Hud(false);
  readonly #options: LobbyGameOptions;
  readonly #look: PlayerLook;
  readonly #place = element("div", { class: "game" });
  /** Whom we could not connect to, and when to ask the connector for more attempts: it has its own, and then stops. */
  readonly #failed = new Map<number, number>();
  /** Whose game is not the same as ours. */
  readonly #refused = new Set<number>();
  /** Who was in the lobby when this page came: connecting to them is not their joining. */
  readonly #hereBefore: Set<number>;
  readonly #unfollow: () => void;
  #view: GameView | null = null;
  #nextRefreshMs = 0;
  #nextSampleMs = 0;
  #shownStatus = "";
  #ended = false;

  constructor(options: LobbyGameOptions) {
    const { lobby, loop } = options;
    this.#options = options;
    this.lobby = lobby;
    this.#look = options.returns ? options.look : this.#lookHere(options.look);
    keepLook(this.#look);
    this.#hereBefore = new Set(lobby.members.keys());
    this.game = new NetGame({
      peer: lobby.peer,
      look: this.#look,
      input: () => this.#view?.input() ?? IDLE,
      firstHost: () => lobby.hostId,
      listener: {
        playerJoined: (id, { name }, returned) => {
          this.#refused.delete(id);
          this.#failed.delete(id);
          const wasHere = this.#hereBefore.delete(id);
          const words = returned ? `${name} is back` : wasHere ? `Connected to ${name}` : `${name} joined`;
          this.hud.notices.say(words, "good");
        },
        playerLeft: (id, { name }, reason) => {
          this.hud.notices.say(`${name} ${partingWords(reason)}`);
          // Two pages may differ for a while about who is host, and honestly so.
          if (reason === LeaveReason.NOT_ALLOWED) this.#failed.set(id, systemClock.nowMs() + RETRY_PAIR_MS);
        },
        playerRefused: (id, refusal) => {
          this.#refused.add(id);
          this.hud.notices.say(`${memberLook(lobby, id).name} ${refusalWords(refusal)}`, "warn");
        },
        said: (_, { name, colour }, text) => this.hud.chat.add(name, colour, text),
        hostChanged: (id) => this.#hostChanged(id),
        isolated: () => this.end("Everybody is out of reach, and so is the lobby server: the game is over."),
      },
    });
    this.#unfollow = followHost(lobby, this.game.host);
    this.#listen();
    this.#wireHud();
    if (options.returns) this.hud.notices.say("You are back in your game", "good");
    document.body.append(this.#place, this.hud.root);
    for (const member of this.#members) loop.add(member);
    void this.#startView();
  }

  tick(dtMs: number): void {
    this.game.tick(dtMs);
  }

  /** `alpha`: how far the time is from the last tick to the next. The picture is drawn by its own engine. */
  render(alpha: number): void {
    this.game.alpha = alpha;
  }

  /** What a loop polls, in this order. */
  get #members(): readonly LoopMember[] {
    return [this.lobby, this.game.session, this.game.host, this.game, this];
  }

  /** The seat is kept for the page that is loaded again. */
  leavePage(): void {
    this.game.leavePage();
  }

  poll(): void {
    const nowMs = systemClock.nowMs();
    if (nowMs < this.#nextRefreshMs || this.#ended) return;
    this.#nextRefreshMs = nowMs + REFRESH_MS;
    this.#refresh(nowMs);
  }

  end(words: string | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#unfollow();
    const { loop, onEnd } = this.#options;
    this.game.session.close();
    this.lobby.leave();
    for (const member of this.#members) loop.remove(member);
    this.#view?.destroy();
    this.#place.remove();
    this.hud.end();
    onEnd(words);
  }

  /** As the player wants to look and to be called, but not like somebody else: two windows of one browser share what it keeps. */
  #lookHere(look: PlayerLook): PlayerLook {
    const { lobby } = this;
    const others = [...lobby.members.keys()].filter((id) => id !== lobby.localId).map((id) => memberLook(lobby, id));
    const freeOfName = freeName(
      look.name,
      others.map(({ name }) => name),
    );
    const free = freeColour(
      look.colour,
      others.map(({ colour }) => colour),
    );
    if (freeOfName === null && free === null) return look;
    if (freeOfName !== null) this.hud.notices.say(`Somebody has your name: here you are ${freeOfName}`);
    if (free !== null) this.hud.notices.say(`Somebody has your colour: here you play in ${free.name}`);
    const here = { name: freeOfName ?? look.name, colour: free?.value ?? look.colour };
    this.#ask(() => lobby.setProfile(here));
    return here;
  }

  async #startView(): Promise<void> {
    const { startView } = await import("./view/start-view.ts");
    if (this.#ended) return;
    this.#view = startView({
      parent: this.#place,
      model: this.game.model,
      covered: () => this.hud.covered,
      chats: true,
      coming: () => this.#coming(),
      muted: readStored("muted") === "yes",
      onMute: (muted) => writeStored("muted", muted ? "yes" : "no"),
    });
  }

  /** Who is on the way to whom, in words; `null`: nobody. */
  #coming(): string | null {
    const { lobby, game } = this;
    const awaited = [...lobby.members.keys()].filter(
      (id) => id !== lobby.localId && !game.players.has(id) && !this.#refused.has(id),
    );
    return comingWords(
      awaited.map((id) => ({
        name: memberLook(lobby, id).name,
        wasHere: this.#hereBefore.has(id),
        failed: this.#failed.has(id),
      })),
    );
  }

  #listen(): void {
    const { lobby } = this;
    const name = (id: number): string => this.game.players.get(id)?.look.name ?? memberLook(lobby, id).name;
    lobby.on("lockChanged", (locked) => {
      this.hud.notices.say(locked ? "The game is locked: nobody new can come in" : "The game is open again");
    });
    const { notices } = this.hud;
    lobby.on("serverLost", () =>
      notices.hold("The lobby server is gone. The game goes on; nobody new can join until it is back."),
    );
    lobby.on("serverBack", () => {
      notices.hold(null);
      notices.say("The lobby server is back", "good");
    });
    lobby.on("lobbyGone", () =>
      notices.hold("The lobby server is back, and knows this game no more. It goes on; nobody new can join."),
    );
    lobby.on("kicked", () => this.end(wordsFor(LobbyErrorCode.KICKED)));
    lobby.on("notDone", ({ type }) => {
      // What the lobby list says of a round nobody has asked for by hand.
      if (type !== "metadata") notices.say("Somebody else is host now, and decides about that", "warn");
    });
    lobby.on("memberLeft", (id) => {
      notices.forget(id);
      this.#hereBefore.delete(id);
    });
    lobby.on("removed", (code) => this.end(wordsFor(code)));
    lobby.connector.on("pairFailed", (id, reason, _, willRetry) => {
      // Who has left the lobby is not tried again.
      if (!lobby.members.has(id)) return;
      if (!this.#failed.has(id)) {
        notices.say(`Could not connect to ${name(id)}${failureWords(reason)}, trying again`, "warn", id);
      }
      this.#failed.set(id, willRetry ? Number.POSITIVE_INFINITY : systemClock.nowMs() + RETRY_PAIR_MS);
    });
    lobby.connector.on("pairLost", (id) => {
      // Who has left the lobby has left the game.
      if (lobby.members.has(id)) notices.say(`Lost the connection to ${name(id)}, reconnecting`, "warn", id);
    });
  }

  #wireHud(): void {
    const { hud, lobby } = this;
    if (lobby.shape === "star") hud.players.markStar();
    if (this.#options.backend !== null) hud.lobby.showBackend(this.#options.backend);
    hud.onLeave = () => this.end(null);
    hud.chat.onSay = (text) => this.game.say(text);
    hud.lobby.onLock = (locked) => this.#ask(() => lobby.lock(locked));
    hud.players.onKick = (id, name) => {
      openDialog({
        title: `Kick ${name}?`,
        confirm: "Kick",
        fields: [element("p", {}, `${name} is removed from the game. Others stay.`)],
        onConfirm: () => {
          this.#ask(() => lobby.kick(id));
          return Promise.resolve(null);
        },
      });
    };
  }

  /** Asks the lobby for something that may be refused. */
  #ask(request: () => void): void {
    try {
      request();
    } catch (error) {
      this.hud.notices.say(inPlainWords(error), "warn");
    }
  }

  #hostChanged(id: number): void {
    if (id === this.lobby.localId) this.hud.notices.say("You are host now", "good");
    else this.hud.notices.say(`${this.game.players.get(id)?.look.name ?? memberLook(this.lobby, id).name} is host now`);
  }

  #refresh(nowMs: number): void {
    const { hud, lobby, game } = this;
    for (const [id, retryAtMs] of this.#failed) {
      if (!lobby.members.has(id)) this.#failed.delete(id);
      else if (nowMs >= retryAtMs) {
        this.#failed.set(id, Number.POSITIVE_INFINITY);
        lobby.connector.retry(id);
      }
    }
    const reachable = lobby.state === "open";
    const mayDecide = lobby.isHost && reachable;
    if (hud.players.isOpen && !document.hidden && nowMs >= this.#nextSampleMs) {
      this.#nextSampleMs = nowMs + SAMPLE_MS;
      game.sample();
    }
    const absenceOf = (id: number): PlayerState =>
      this.#refused.has(id) ? "refused" : this.#failed.has(id) ? "failed" : "connecting";
    hud.players.show(playerRows(game, lobby, this.#look, absenceOf), mayDecide);
    hud.lobby.show(lobby.code, lobby.locked, lobby.isHost, reachable);
    const status = roundWords(game.model.round);
    if (mayDecide && status !== this.#shownStatus) {
      this.#shownStatus = status;
      this.#ask(() => lobby.setMetadata({ ...lobby.metadata, status }));
    }
  }
}
