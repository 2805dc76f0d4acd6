import type { LobbyListing } from "tickmesh/lobby";
import { element, setText } from "../page/element.ts";
import { lobbyRow } from "./lobby-table.ts";

export type ListState =
  | { readonly state: "connecting" }
  | { readonly state: "live" }
  /** `retryInS`: until the next try, if known. */
  | { readonly state: "unreachable"; readonly retryInS: number | null };

/** The live list of open games, or why there is none. */
export class LobbyListPanel {
  readonly root: HTMLElement;
  onJoin: ((listing: LobbyListing) => void) | null = null;
  readonly #rows = element("ul", { class: "lobby-rows" });
  readonly #empty = element("div", { class: "lobby-empty" });
  readonly #badge = element("span", { class: "badge", role: "status" });
  #shown = "";

  constructor() {
    this.root = element(
      "section",
      { class: "panel lobby-list", "aria-label": "Open games" },
      element("header", {}, element("h2", {}, "Open games"), this.#badge),
      this.#rows,
      this.#empty,
    );
    this.show({ state: "connecting" }, []);
  }

  show(list: ListState, listings: readonly LobbyListing[]): void {
    this.#badge.dataset["state"] = list.state;
    setText(this.#badge, list.state === "live" ? "live" : list.state === "connecting" ? "connecting" : "offline");
    this.root.dataset["state"] = list.state;
    this.#explain(list, listings.length);
    const wanted = list.state === "unreachable" ? [] : sorted(listings);
    const key = JSON.stringify(wanted);
    if (key === this.#shown) return;
    this.#shown = key;
    const focused = document.activeElement?.closest<HTMLElement>(".lobby-row")?.dataset["code"];
    this.#rows.replaceChildren(...wanted.map((listing) => lobbyRow(listing, () => this.onJoin?.(listing))));
    if (focused !== undefined) {
      const row = [...this.#rows.children].find((child) => (child as HTMLElement).dataset["code"] === focused);
      row?.querySelector("button")?.focus();
    }
  }

  #explain(list: ListState, count: number): void {
    this.#empty.hidden = list.state !== "unreachable" && count > 0;
    if (list.state === "unreachable") {
      const when = list.retryInS === null ? "Trying again…" : `Trying again in ${list.retryInS} s`;
      this.#say("The lobby server does not answer", `${when} — meanwhile you can practise alone.`);
    } else if (list.state === "connecting") this.#say("Looking for games…", "Asking the lobby server.");
    else this.#say("Nobody is on the ice yet", "Start a game: others see it here at once.");
  }

  #say(headline: string, more: string): void {
    const [first, second] = this.#empty.children;
    if (first === undefined || second === undefined) {
      this.#empty.replaceChildren(element("b", {}, headline), element("small", {}, more));
      return;
    }
    setText(first, headline);
    setText(second, more);
  }
}

/** Games that can be joined first, then the fullest. */
function sorted(listings: readonly LobbyListing[]): LobbyListing[] {
  const closed = (listing: LobbyListing): number => (listing.locked || listing.peers >= listing.maxPeers ? 1 : 0);
  return [...listings].sort((a, b) => closed(a) - closed(b) || b.peers - a.peers || (a.code < b.code ? -1 : 1));
}
