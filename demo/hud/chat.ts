import { CHAT_LENGTH } from "../net/messages.ts";
import { button, element } from "../page/element.ts";
import { cssColour } from "../page/player-colours.ts";

const LINES = 30;
/** A line fades after this, unless one is writing. Unit: ms. */
const FADES_MS = 12_000;

/** What the players say. Enter opens the field and sends, Escape closes it. */
export class Chat {
  readonly root: HTMLElement;
  readonly opener: HTMLButtonElement;
  onSay: ((text: string) => void) | null = null;
  readonly #log = element("div", { class: "chat-log", role: "log", "aria-live": "polite", "aria-label": "Chat" });
  readonly #field = element("input", {
    name: "chat",
    maxlength: CHAT_LENGTH,
    autocomplete: "off",
    enterkeyhint: "send",
    placeholder: "Say something",
    "aria-label": "Say something to everybody",
  });
  readonly #form = element("form", { class: "chat-form", hidden: true }, this.#field);
  readonly #lines: { readonly name: string; readonly text: string }[] = [];

  constructor() {
    this.opener = button("Chat", "hud-button chat-opener", () => this.open());
    this.opener.title = "Chat (Enter)";
    this.root = element("section", { class: "chat" }, this.#log, this.#form);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.#field.value.trim();
      if (text !== "") this.onSay?.(text);
      this.close();
    });
    // The craft must not steer by what one writes.
    for (const type of ["keydown", "keyup", "keypress"] as const) {
      this.#field.addEventListener(type, (event) => {
        event.stopPropagation();
        if (event.key === "Escape") this.close();
      });
    }
    this.#field.addEventListener("blur", () => this.close());
  }

  get lines(): readonly { readonly name: string; readonly text: string }[] {
    return this.#lines;
  }

  add(name: string, colour: number, text: string): void {
    this.#lines.push({ name, text });
    if (this.#lines.length > LINES) this.#lines.shift();
    const who = element("b", {}, name);
    who.style.color = cssColour(colour);
    const line = element("p", {}, who, ` ${text}`);
    this.#log.append(line);
    while (this.#log.children.length > LINES) this.#log.firstElementChild?.remove();
    this.#log.scrollTop = this.#log.scrollHeight;
    setTimeout(() => line.classList.add("old"), FADES_MS);
  }

  open(): void {
    this.#form.hidden = false;
    this.root.classList.add("open");
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#field.focus();
  }

  close(): void {
    if (this.#form.hidden) return;
    this.#field.value = "";
    this.#form.hidden = true;
    this.root.classList.remove("open");
    this.#field.blur();
  }
}
