import { button, element, setText } from "./element.ts";

export interface DialogOptions {
  readonly title: string;
  readonly confirm: string;
  /** What the button says while that is done, if it may take a while. */
  readonly doing?: string;
  readonly fields: readonly HTMLElement[];
  /** Returns why it did not work, in plain words, or `null` to close. */
  readonly onConfirm: () => Promise<string | null>;
  readonly onClose?: () => void;
}

/** A small window over the page: fields, one thing to do, and a way out. Escape and the backdrop close it too. */
export function openDialog(options: DialogOptions): HTMLDialogElement {
  const trouble = element("p", { class: "trouble", role: "alert", hidden: true });
  const confirm = element("button", { type: "submit", class: "button primary" }, options.confirm);
  const dialog = element("dialog", { class: "dialog", "aria-label": options.title });
  const form = element(
    "form",
    { method: "dialog", autocomplete: "off" },
    element("h2", {}, options.title),
    element("div", { class: "fields" }, ...options.fields),
    trouble,
    element(
      "div",
      { class: "actions" },
      button("Cancel", "button", () => dialog.close()),
      confirm,
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (confirm.disabled) return;
    confirm.disabled = true;
    setText(confirm, options.doing ?? options.confirm);
    trouble.hidden = true;
    void options.onConfirm().then((problem) => {
      confirm.disabled = false;
      setText(confirm, options.confirm);
      if (problem === null) dialog.close();
      else {
        trouble.textContent = problem;
        trouble.hidden = false;
      }
    });
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    options.onClose?.();
  });
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector<HTMLElement>("input:not([type=radio]):not([type=checkbox])")?.focus();
  return dialog;
}

/** A labelled field for a dialog or a card. */
export function labelled(label: string, control: HTMLElement, note?: string): HTMLElement {
  return element(
    "label",
    { class: "field" },
    element("span", {}, label),
    control,
    note === undefined ? null : element("small", {}, note),
  );
}
