import type { LobbyListing } from "tickmesh/lobby";
import { button, element } from "../page/element.ts";
import { tidyLine } from "../page/player-name.ts";

/** What a line has room for, of a name or a status. Unit: UTF-16 units. */
const WORDS_LENGTH = 32;

/** One line in the list of open games. */
export function lobbyRow(listing: LobbyListing, onJoin: () => void): HTMLElement {
  const full = listing.peers >= listing.maxPeers;
  const name = listedName(listing);
  const status = statusOf(listing);
  const signs = element("span", { class: "signs" });
  if (listing.hasPassword) signs.append(sign("key", "needs a password"));
  if (listing.locked) signs.append(sign("lock", "locked by the host"));
  const join = button(full ? "Full" : listing.locked ? "Locked" : "Join", "button small", onJoin);
  join.disabled = full || listing.locked;
  join.setAttribute("aria-label", `${join.textContent} ${name}`);
  return element(
    "li",
    { class: "lobby-row", "data-code": listing.code },
    element("span", { class: "lobby-name" }, element("b", {}, name), element("small", {}, status)),
    signs,
    element(
      "span",
      { class: full ? "seats full" : "seats", "aria-label": `${listing.peers} of ${listing.maxPeers} players` },
      pips(listing.peers, listing.maxPeers),
      element("small", {}, `${listing.peers}/${listing.maxPeers}`),
    ),
    join,
  );
}

/** What a game is called here, whatever its host wrote. */
export function listedName(listing: LobbyListing): string {
  return tidyLine(listing.name, WORDS_LENGTH) || listing.code;
}

/** What the host last told the list about the game, e.g. "Round 3". */
function statusOf(listing: LobbyListing): string {
  const { status } = listing.metadata;
  return (typeof status === "string" && tidyLine(status, WORDS_LENGTH)) || "Gathering";
}

function pips(taken: number, places: number): HTMLElement {
  const row = element("span", { class: "pips", "aria-hidden": "true" });
  for (let place = 0; place < Math.min(places, 8); place++)
    row.append(element("i", { class: place < taken ? "on" : "" }));
  return row;
}

function sign(kind: "key" | "lock", words: string): HTMLElement {
  return element("span", { class: `sign ${kind}`, role: "img", "aria-label": words, title: words });
}
