import type { PeerStatistics } from "tickmesh/session";
import { button, element, setText } from "../page/element.ts";
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
  readonly state: HTMLElement;
  readonly path: HTMLElement;
  readonly score: HTMLElement;
  readonly kick: HTMLButtonElement;
}

/** Who plays: colour, name, crown, rounds won, and how the connection to each is. */
export class PlayerList {
  readonly root: HTMLElement;
  onKick: ((id: number, name: string) => void) | null = null;
  readonly #rows = new Map<number, RowParts>();
  readonly #list = element("ul");
  readonly #fold: HTMLButtonElement;

  constructor() {
    this.#fold = button("Players", "fold", () => this.#toggle());
    this.#fold.setAttribute("aria-expanded", "true");
    this.root = element("section", { class: "hud-panel player-list", "aria-label": "Players" }, this.#fold, this.#list);
    if (matchMedia(SMALL).matches) this.#toggle();
  }

  /** Whether it shows how the connections are. */
  get isOpen(): boolean {
    return !this.root.classList.contains("folded");
  }

  /** `mayKick`: whether this page is the host's. */
  show(rows: readonly PlayerRow[], mayKick: boolean): void {
    setText(this.#fold, rows.length === 1 ? "1 player" : `${rows.length} players`);
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
    const name = element("span", { class: "name" });
    const kick = button("Kick", "kick", () => this.onKick?.(id, name.textContent ?? ""));
    const dot = element("i", { class: "dot" });
    const state = element("span", { class: "state" });
    const path = element("span", { class: "path" });
    const score = element("span", { class: "score" });
    const root = element("li", { "data-peer": id }, dot, name, state, path, kick, score);
    const parts = { root, dot, name, state, path, score, kick };
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
  setText(parts.name, row.name);
  parts.name.title = row.isHost ? `${row.name} is host` : row.name;
  setText(parts.state, row.state === "connected" ? linkWords(row.link) : WORDS[row.state]);
  showPath(parts.path, row.state === "connected" ? (row.link?.path ?? null) : null, row.via);
  setText(parts.score, row.score === null ? "–" : String(row.score));
  parts.kick.hidden = !mayKick || row.state === "self";
  parts.kick.setAttribute("aria-label", `Kick ${row.name}`);
}

/** A word, and by the style sheet a sign before it. */
function showPath(place: HTMLElement, path: PeerStatistics["path"], via: string | null): void {
  setText(place, path === null ? "" : via === null ? PATHS[path].word : `via ${via}`);
  place.title = path === null ? "" : PATHS[path].title;
  place.dataset["path"] = path ?? "";
  place.hidden = path === null;
}

/** `42 ms`, and `3 % lost` if there is anything lost to speak of. */
export function linkWords(link: Omit<NonNullable<PlayerRow["link"]>, "path"> | null): string {
  if (link === null || Number.isNaN(link.roundTripMs)) return "connected";
  const trip = link.roundTripMs < 1 ? "<1 ms" : `${Math.round(link.roundTripMs)} ms`;
  const lost = Math.round(link.sentLossRatio * 100);
  return lost === 0 ? trip : `${trip} · ${lost} % lost`;
}
