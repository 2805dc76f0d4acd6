import type { PeerStatistics } from "tickmesh/session";
import { button, element, setText } from "../page/element.ts";
import { nameParts } from "../page/free-name.ts";
import { cssColour } from "../page/player-colours.ts";

/**
 * `connecting`: introduced, not there yet. `failed`: could not connect, tries again. `refused`: its game is not the same.
 * `unstable`: there, but silent.
 */
export type PlayerState = "self" | "connecting" | "connected" | "unstable" | "failed" | "refused";

export interface PlayerRow {
  readonly id: number;
  readonly name: string;
  /** 0xRRGGBB. */
  readonly colour: number;
  readonly isHost: boolean;
  /** Rounds won; `null` while not in the game. */
  readonly score: number | null;
  /** Whether it is on the ice now. */
  readonly afloat: boolean;
  readonly state: PlayerState;
  /** `null` before anybody has looked. */
  readonly link: Pick<PeerStatistics, "path" | "roundTripMs" | "sentLossRatio"> | null;
  /** Through whom it is reached, in a star; `null` if through nobody. */
  readonly via: string | null;
}

const WORDS: Readonly<Record<Exclude<PlayerState, "connected">, string>> = {
  self: "you",
  connecting: "connecting…",
  unstable: "reconnecting…",
  failed: "failed, retrying",
  refused: "refused",
};

/** Which way the packets go. */
const PATHS: Readonly<Record<NonNullable<PeerStatistics["path"]>, { readonly word: string; readonly title: string }>> =
  {
    direct: { word: "direct", title: "straight from page to page" },
    turn: { word: "TURN", title: "through a TURN server, as there is no straight way" },
    relay: { word: "relay", title: "through the lobby server, until there is a better way" },
    hub: { word: "by hub", title: "through another player, as the game is a star" },
  };

/** Where the list begins folded: names and scores only. As in the style sheet. */
const SMALL = "(width <= 720px), (height <= 520px)";

interface RowParts {
  readonly root: HTMLElement;
  readonly dot: HTMLElement;
  readonly name: HTMLElement;
  readonly start: HTMLElement;
  readonly number: HTMLElement;
  readonly state: HTMLElement;
  readonly loss: HTMLElement;
  readonly path: HTMLElement;
  readonly pathWord: HTMLElement;
  readonly score: HTMLElement;
  readonly kick: HTMLButtonElement;
}

/** Who plays: colour, name, crown, rounds won, and how the connection to each is. */
export class PlayerList {
  readonly root: HTMLElement;
  onKick: ((id: number, name: string) => void) | null = null;
  readonly #rows = new Map<number, RowParts>();
  readonly #list = element("ul");
  readonly #count = element("span", {}, "Players");
  readonly #fold: HTMLButtonElement;

  constructor() {
    this.#fold = button("", "fold", () => this.#toggle());
    this.#fold.append(this.#count);
    this.#fold.setAttribute("aria-expanded", "true");
    this.root = element("section", { class: "hud-panel player-list", "aria-label": "Players" }, this.#fold, this.#list);
    if (matchMedia(SMALL).matches) this.#toggle();
  }

  /** Whether it shows how the connections are. */
  get isOpen(): boolean {
    return !this.root.classList.contains("folded");
  }

  /** Says in the list's header that the game is a star. */
  markStar(): void {
    const title = "Everybody plays through the host";
    this.#fold.append(element("span", { class: "path star", "data-path": "hub", title }, "star"));
  }

  /** `mayKick`: whether this page is the host's. */
  show(rows: readonly PlayerRow[], mayKick: boolean): void {
    setText(this.#count, rows.length === 1 ? "1 player" : `${rows.length} players`);
    for (const [id, parts] of this.#rows) {
      if (rows.some((row) => row.id === id)) continue;
      parts.root.remove();
      this.#rows.delete(id);
    }
    rows.forEach((row, index) => {
      const parts = this.#rows.get(row.id) ?? this.#make(row.id);
      if (this.#list.children[index] !== parts.root)
        this.#list.insertBefore(parts.root, this.#list.children[index] ?? null);
      fill(parts, row, mayKick);
    });
  }

  #make(id: number): RowParts {
    const start = element("span", { class: "name-start" });
    const number = element("span", { class: "name-number" });
    const name = element("span", { class: "name" }, start, number);
    const kick = button("Kick", "kick", () => this.onKick?.(id, name.textContent ?? ""));
    const dot = element("i", { class: "dot" });
    const state = element("span", { class: "state" });
    const loss = element("span", { class: "loss" });
    const pathWord = element("span", { class: "path-word" });
    const path = element("span", { class: "path" }, pathWord);
    const score = element("span", { class: "score" });
    const root = element("li", { "data-peer": id }, dot, name, state, loss, path, kick, score);
    const parts = { root, dot, name, start, number, state, loss, path, pathWord, score, kick };
    this.#rows.set(id, parts);
    return parts;
  }

  #toggle(): void {
    const open = this.root.classList.toggle("folded") === false;
    this.#fold.setAttribute("aria-expanded", String(open));
  }
}

function fill(parts: RowParts, row: PlayerRow, mayKick: boolean): void {
  parts.root.dataset["state"] = row.state;
  parts.root.classList.toggle("host", row.isHost);
  parts.root.classList.toggle("sunk", !row.afloat);
  parts.dot.style.setProperty("--dot", cssColour(row.colour));
  const { start, number } = nameParts(row.name);
  setText(parts.start, start);
  setText(parts.number, number);
  parts.name.title = row.isHost ? `${row.name} is host` : row.name;
  setText(parts.state, row.state === "connected" ? tripWords(row.link) : WORDS[row.state]);
  setText(parts.loss, row.state === "connected" ? lossWords(row.link) : "");
  showPath(parts, row.state === "connected" ? (row.link?.path ?? null) : null, row.via);
  setText(parts.score, row.score === null ? "–" : String(row.score));
  parts.kick.hidden = !mayKick || row.state === "self";
  parts.kick.setAttribute("aria-label", `Kick ${row.name}`);
}

/** A word, and by the style sheet a sign before it. */
function showPath({ path: place, pathWord }: RowParts, path: PeerStatistics["path"], via: string | null): void {
  setText(pathWord, path === null ? "" : via === null ? PATHS[path].word : `via ${via}`);
  place.title = path === null ? "" : via === null ? PATHS[path].title : `through ${via}, as the game is a star`;
  place.dataset["path"] = path ?? "";
  place.hidden = path === null;
}

/** `42 ms`. */
export function tripWords(link: Pick<NonNullable<PlayerRow["link"]>, "roundTripMs"> | null): string {
  if (link === null || Number.isNaN(link.roundTripMs)) return "connected";
  return link.roundTripMs < 1 ? "<1 ms" : `${Math.round(link.roundTripMs)} ms`;
}

/** `3 % lost`, if there is anything lost to speak of. */
export function lossWords(link: Pick<NonNullable<PlayerRow["link"]>, "sentLossRatio"> | null): string {
  const lost = Math.round((link?.sentLossRatio ?? 0) * 100);
  return lost === 0 ? "" : `${lost} % lost`;
}
