import { LobbyLimits } from "tickmesh/lobby";
import { labelled, openDialog } from "../page/dialog.ts";
import { element } from "../page/element.ts";

/** Asks for a lobby's password until it fits. `join` returns why it did not work, in plain words, or `null`. */
export function openPasswordDialog(lobbyName: string, join: (password: string) => Promise<string | null>): void {
  const password = element("input", {
    name: "password",
    maxlength: LobbyLimits.passwordLength,
    autocomplete: "off",
    spellcheck: "false",
    required: true,
  });
  openDialog({
    title: lobbyName,
    confirm: "Join",
    doing: "Joining…",
    fields: [labelled("This game asks for a password", password)],
    onConfirm: () => join(password.value),
  });
}
