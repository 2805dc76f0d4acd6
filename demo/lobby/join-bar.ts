import { button, element } from "../page/element.ts";

/** Join by a code that somebody read out, start a game, or play alone. */
export class JoinBar {
  readonly root: HTMLElement;
  /** `code`: as typed, perhaps nothing. */
  onJoin: ((code: string) => void) | null = null;
  onCreate: (() => void) | null = null;
  onPractice: (() => void) | null = null;
  readonly #code = element("input", {
    name: "code",
    placeholder: "CODE",
    maxlength: 12,
    autocomplete: "off",
    autocapitalize: "characters",
    spellcheck: "false",
    enterkeyhint: "go",
    "aria-label": "Code of a game",
  });

  constructor() {
    const join = element("button", { type: "submit", class: "button" }, "Join");
    const form = element("form", { class: "code-form" }, this.#code, join);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const code = this.#code.value.trim();
      if (code === "") this.#code.focus();
      this.onJoin?.(code);
    });
    this.root = element(
      "div",
      { class: "join-bar" },
      button("Start a game", "button primary", () => this.onCreate?.()),
      form,
      button("Practise alone", "button ghost", () => this.onPractice?.()),
    );
  }

  set code(code: string) {
    this.#code.value = code;
  }
}
