import type { LobbyListing } from "tickmesh/lobby";
import { button, element, setText } from "../page/element.ts";
import { type NewGame, openCreateDialog } from "./create-dialog.ts";
import { JoinBar } from "./join-bar.ts";
import { type ListState, LobbyListPanel } from "./lobby-list-panel.ts";
import { listedName } from "./lobby-table.ts";
import { NightScene } from "./night-scene.ts";
import { OutageNotice } from "./outage-notice.ts";
import { openPasswordDialog } from "./password-dialog.ts";
import { PlayerCard, type PlayerChoice } from "./player-card.ts";

/** What came of a wish to join. `"password"`: ask for one. Otherwise why not, in plain words; `null`: it worked. */
export type JoinOutcome =
  | null
  | { readonly kind: "password" }
  /** `"unanswered"`: the lobby server is away, which passes by itself. */
  | { readonly kind: "refused" | "unanswered"; readonly words: string };

export interface LobbyScreenActions {
  create(game: NewGame): Promise<string | null>;
  join(code: string, password: string | null): Promise<JoinOutcome>;
  practise(): void;
}

/** The page before the game: who you are, which games there are, and the ways into one. */
export class LobbyScreen {
  readonly root: HTMLElement;
  readonly player = new PlayerCard();
  readonly #list = new LobbyListPanel();
  readonly #bar = new JoinBar();
  readonly #notice = element("div", { class: "lobby-notice", role: "alert", hidden: true });
  readonly #joining = element("div", { class: "joining", role: "status" });
  readonly #invitation = element("section", { class: "panel invitation", hidden: true });
  readonly #scene = new NightScene();
  readonly #actions: LobbyScreenActions;
  #busy = false;
  #outage: OutageNotice | null = null;

  constructor(actions: LobbyScreenActions) {
    this.#actions = actions;
    this.#scene.colour = this.player.choice.colour;
    this.player.onChange = (choice) => {
      this.#scene.colour = choice.colour;
    };
    this.#list.onJoin = (listing) => this.#joinListing(listing);
    this.#bar.onJoin = (code) => {
      if (code === "") this.say("Type a code first.");
      else void this.#join(code, code.toUpperCase());
    };
    this.#bar.onCreate = () => openCreateDialog(this.choice.name, (game) => this.#actions.create(game));
    this.#bar.onPractice = () => this.#actions.practise();
    this.root = element(
      "main",
      { class: "lobby" },
      this.#scene.root,
      element(
        "div",
        { class: "lobby-columns" },
        element(
          "header",
          { class: "hero" },
          element("h1", {}, "Floe"),
          element("p", {}, "Hovercraft on a breaking ice floe. Push the others off. Stay on."),
          this.player.root,
        ),
        element("div", { class: "lobby-main" }, this.#notice, this.#invitation, this.#list.root, this.#bar.root),
      ),
      this.#joining,
    );
  }

  get choice(): PlayerChoice {
    return this.player.choice;
  }

  showList(list: ListState, listings: readonly LobbyListing[]): void {
    this.#list.show(list, listings);
    if (this.#outage?.isOver(list.state, performance.now()) === true) this.say(null);
  }

  /** Says one thing over the list until the next is said; `null` takes it away. */
  say(words: string | null): void {
    this.#outage = null;
    this.#notice.hidden = words === null;
    this.#notice.textContent = words ?? "";
  }

  /** Somebody came by a link: one button takes them in. */
  invite(code: string): void {
    this.#invitation.hidden = false;
    this.#invitation.replaceChildren(
      element("div", {}, element("small", {}, "You are invited to the game"), element("b", { class: "code" }, code)),
      button("Join now", "button primary", () => void this.#join(code, code)),
    );
  }

  /** As if its button were pressed. */
  accept(code: string): void {
    void this.#join(code, code);
  }

  endInvitation(): void {
    this.#invitation.hidden = true;
  }

  setVisible(visible: boolean): void {
    this.root.hidden = !visible;
    this.#scene.setVisible(visible);
  }

  #joinListing(listing: LobbyListing): void {
    if (listing.hasPassword) this.#askPassword(listing.code, listedName(listing));
    else void this.#join(listing.code, listedName(listing));
  }

  async #join(code: string, name: string): Promise<void> {
    if (this.#busy) return;
    this.#setBusy(`Joining ${name}…`);
    this.say(null);
    const outcome = await this.#actions.join(code, null);
    this.#setBusy(null);
    if (outcome === null) return;
    if (outcome.kind === "password") this.#askPassword(code, name);
    else {
      this.say(outcome.words);
      if (outcome.kind === "unanswered") this.#outage = new OutageNotice(performance.now());
    }
  }

  #askPassword(code: string, name: string): void {
    openPasswordDialog(name, async (password) => {
      const outcome = await this.#actions.join(code, password);
      if (outcome === null) return null;
      return outcome.kind === "password" ? "That is not the password." : outcome.words;
    });
  }

  /** `doing`: what the visitor waits for; `null`: nothing. */
  #setBusy(doing: string | null): void {
    this.#busy = doing !== null;
    this.root.classList.toggle("busy", this.#busy);
    setText(this.#joining, doing ?? "");
  }
}
