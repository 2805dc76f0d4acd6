import { button, element } from "../page/element.ts";
import { Chat } from "./chat.ts";
import { LobbyCard } from "./lobby-card.ts";
import { Notices } from "./notices.ts";
import { PlayerList } from "./player-list.ts";

/** What lies over the game: who plays, the code, what happened, what is said, and the way out. */
export class Hud {
  readonly root: HTMLElement;
  readonly players = new PlayerList();
  readonly lobby = new LobbyCard();
  readonly notices = new Notices();
  readonly chat = new Chat();
  onLeave: (() => void) | null = null;

  /** `alone`: no lobby, nobody to talk to. */
  constructor(alone: boolean) {
    const leave = button(alone ? "Back" : "Leave", "hud-button leave", () => this.onLeave?.());
    const buttons = element("div", { class: "hud-panel hud-buttons" }, alone ? null : this.chat.opener, leave);
    this.root = element(
      "div",
      { class: alone ? "hud alone" : "hud" },
      element("div", { class: "hud-left" }, alone ? null : this.players.root),
      this.notices.root,
      element("div", { class: "hud-right" }, buttons, alone ? null : this.lobby.root),
      alone ? null : this.chat.root,
    );
    if (!alone) window.addEventListener("keydown", this.#keys);
    // A button that was pressed with a pointer must not keep the keys that steer and the one that opens the chat.
    this.root.addEventListener("click", (event) => {
      const pressed = (event.target as Element).closest("button");
      if (event.detail > 0) pressed?.blur();
    });
  }

  /** Where panels lie over the game. What comes and goes, chat and notices, may lie over anything. */
  get covered(): readonly DOMRect[] {
    return [...this.root.querySelectorAll(".hud-panel")].map((panel) => panel.getBoundingClientRect());
  }

  /** Takes it off the page. */
  end(): void {
    window.removeEventListener("keydown", this.#keys);
    this.root.remove();
  }

  readonly #keys = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.repeat || event.isComposing) return;
    const target = event.target as Element | null;
    if (target?.closest("input, button, dialog, textarea, a") != null) return;
    event.preventDefault();
    this.chat.open();
  };
}
