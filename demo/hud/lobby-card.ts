import { copyText } from "../page/copy-text.ts";
import { button, element, setText } from "../page/element.ts";
import { joinLink } from "../page/join-link.ts";

/** The code that brings others in, big enough to read out, and its link; for the host, the lock. */
export class LobbyCard {
  readonly root: HTMLElement;
  onLock: ((locked: boolean) => void) | null = null;
  readonly #code = element("b", { class: "code" });
  readonly #backend = element("small", { class: "backend", hidden: true });
  readonly #copy: HTMLButtonElement;
  readonly #lock: HTMLButtonElement;
  readonly #fallback = element("input", {
    class: "link-field",
    readonly: true,
    hidden: true,
    "aria-label": "Link to this game",
  });
  #locked = false;
  #copiedTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#copy = button("Copy link", "hud-button", () => void this.#copyLink());
    this.#lock = button("Lock", "hud-button", () => this.onLock?.(!this.#locked));
    this.#fallback.addEventListener("focus", () => this.#fallback.select());
    this.root = element(
      "section",
      { class: "hud-panel lobby-card", "aria-label": "This game's code" },
      element("span", { class: "code-line" }, element("small", {}, "Code"), this.#code),
      this.#copy,
      this.#lock,
      this.#fallback,
      this.#backend,
    );
  }

  /** Says what connections are made by. */
  showBackend(name: string): void {
    setText(this.#backend, `connections: ${name}`);
    this.#backend.hidden = false;
  }

  /** `reachable`: whether the lobby server has this lobby now, so that the code works. */
  show(code: string, locked: boolean, isHost: boolean, reachable: boolean): void {
    if (this.#code.textContent !== code) {
      setText(this.#code, code);
      this.#fallback.hidden = true;
      this.#fallback.value = joinLink(code);
    }
    this.root.classList.toggle("stale", !reachable);
    this.root.classList.toggle("locked", locked);
    this.#locked = locked;
    setText(this.#lock, locked ? "Unlock" : "Lock");
    this.#lock.title = locked ? "Let others in again" : "Let nobody else in";
    this.#lock.hidden = !isHost;
    this.#lock.disabled = !reachable;
    this.#copy.disabled = !reachable;
  }

  async #copyLink(): Promise<void> {
    const link = joinLink(this.#code.textContent ?? "");
    const copied = await copyText(link);
    setText(this.#copy, copied ? "Copied" : "Copy it:");
    this.#fallback.hidden = copied;
    if (!copied) this.#fallback.focus();
    clearTimeout(this.#copiedTimer);
    this.#copiedTimer = setTimeout(() => setText(this.#copy, "Copy link"), 2_000);
  }
}
