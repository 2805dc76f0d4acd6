import { LobbyLimits, type LobbyShape } from "tickmesh/lobby";
import { labelled, openDialog } from "../page/dialog.ts";
import { element, setText } from "../page/element.ts";

/** Starting places on the floe. */
const MOST_PLAYERS = 8;

const STAR_HINT = "For many players or slow lines: the host's line carries the game.";

export interface NewGame {
  readonly name: string;
  readonly maxPeers: number;
  readonly isPublic: boolean;
  readonly password: string | null;
  readonly shape: LobbyShape;
}

/** Asks how the new game should be. `create` returns why it did not work, in plain words, or `null`. */
export function openCreateDialog(playerName: string, create: (game: NewGame) => Promise<string | null>): void {
  const name = element("input", { name: "lobby-name", maxlength: LobbyLimits.nameLength, required: true });
  name.value = `${playerName}'s floe`.slice(0, LobbyLimits.nameLength);
  const places = element("input", {
    name: "max-peers",
    type: "range",
    min: LobbyLimits.maxPeersMin,
    max: MOST_PLAYERS,
    value: MOST_PLAYERS,
  });
  const count = element("output", {}, String(MOST_PLAYERS));
  places.addEventListener("input", () => setText(count, places.value));
  const password = element("input", {
    name: "password",
    maxlength: LobbyLimits.passwordLength,
    placeholder: "none",
    autocomplete: "off",
    spellcheck: "false",
  });
  const listed = element("input", { type: "checkbox", name: "is-public", role: "switch" });
  listed.checked = true;
  const star = element("input", { type: "checkbox", name: "star", role: "switch" });
  openDialog({
    title: "Start a game",
    confirm: "Start",
    doing: "Starting…",
    fields: [
      labelled("Name of the game", name),
      labelled("Places", element("span", { class: "range" }, places, count)),
      element("label", { class: "switch" }, listed, element("i"), "Show it in the list of open games"),
      element(
        "label",
        { class: "switch" },
        star,
        element("i"),
        element("span", {}, "Connect everybody through the host", element("small", {}, STAR_HINT)),
      ),
      labelled("Password", password),
    ],
    onConfirm: () =>
      create({
        name: name.value.trim() === "" ? `${playerName}'s floe` : name.value.trim(),
        maxPeers: Number(places.value),
        isPublic: listed.checked,
        shape: star.checked ? "star" : "mesh",
        password: password.value === "" ? null : password.value,
      }),
  });
}
